package io.github.djlcachex.cache;

import io.github.djlcachex.internal.store.PutCounts;
import io.github.djlcachex.row.CacheClosedException;
import io.github.djlcachex.row.InvalidKeyException;
import io.github.djlcachex.row.InvalidRowsException;
import io.github.djlcachex.row.KeyTypeMismatchException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.RowShapes;
import io.github.djlcachex.row.SchemaMismatchException;

import java.util.List;
import java.util.Optional;

/**
 * ArrayDoors are the methods of a {@link FeatureCache} that take and return plain ids and arrays. A
 * row is a {@code float[]}: the elements of one FLOAT32 column, of any shape, in row-major order.
 */
abstract class ArrayDoors extends ObservedDoors {

    private static final PutResult NOTHING = new PutResult(new PutCounts(0, 0, 0));

    ArrayDoors() {}

    /**
     * Stores rows whose keys are not there yet.
     *
     * @param keys the keys
     * @param rows the rows, one a key
     * @return how many rows were stored, duplicates and declined
     */
    public abstract PutResult put(Keys keys, RowBatch rows);

    /**
     * Copies the rows of some keys into a batch.
     *
     * @param keys the keys
     * @param into the batch to fill
     * @return how many were found, and the positions of the others
     */
    public abstract GatherResult gather(Keys keys, RowBatch into);

    /**
     * Returns the columns of the rows.
     *
     * @return the columns, or empty if nothing was ever stored
     */
    public abstract Optional<RowSchema> schema();

    /**
     * Returns the shapes of the rows of some keys, so that a batch can be allocated for them:
     *
     * <pre>{@code
     * RowBatch rows = RowBatch.allocate(cache.shapes(keys).orElseThrow());
     * GatherResult found = cache.gather(keys, rows);
     * }</pre>
     *
     * <p>A row that is missing has length 0 in each variable dimension. The shapes are read before
     * anything is checked, and rows may come and go meanwhile: {@link #gather} tells which are
     * there.
     *
     * @param keys the keys; one may occur more than once
     * @return the shapes, or empty if nothing was ever stored
     * @throws KeyTypeMismatchException if the generation has keys of the other type
     */
    public abstract Optional<RowShapes> shapes(Keys keys);

    /**
     * Returns the positions of the keys that have no row, ascending.
     *
     * @param keys the keys
     * @return the positions
     * @throws KeyTypeMismatchException if the generation has keys of the other type
     */
    public abstract int[] missing(Keys keys);

    /**
     * Tells whether a key has a row.
     *
     * @param key the key
     * @return true if {@link #gather} would find it
     * @throws KeyTypeMismatchException if the generation has string keys
     */
    public boolean contains(long key) {
        return missing(Keys.of(key)).length == 0;
    }

    /**
     * Tells whether a key has a row.
     *
     * @param key the key
     * @return true if {@link #gather} would find it
     * @throws KeyTypeMismatchException if the generation has integer keys
     * @throws InvalidKeyException if the string is no legal key
     */
    public boolean contains(String key) {
        return missing(Keys.of(key)).length == 0;
    }

    /**
     * Stores a row under an integer id, unless the id has one: ids name rows for good. The first
     * row of a generation decides that its ids are integers and how long its rows are.
     *
     * @param id the id
     * @param row the row, at least one number; copied
     * @return whether it was stored, a duplicate or declined
     * @throws SchemaMismatchException if the generation's rows are of another length or type
     * @throws KeyTypeMismatchException if the generation has string ids
     * @throws InvalidRowsException if the row is null or empty
     * @throws CacheClosedException after {@link FeatureCache#close}
     */
    public PutResult put(long id, float[] row) {
        return put(Keys.of(id), new float[][] {row});
    }

    /**
     * Stores a row under a string id, unless the id has one: ids name rows for good. The first row
     * of a generation decides that its ids are strings and how long its rows are.
     *
     * @param id the id, 1 to 1024 bytes of UTF-8
     * @param row the row, at least one number; copied
     * @return whether it was stored, a duplicate or declined
     * @throws SchemaMismatchException if the generation's rows are of another length or type
     * @throws KeyTypeMismatchException if the generation has integer ids
     * @throws InvalidKeyException if the id is null, empty, too long or not well-formed Unicode
     * @throws InvalidRowsException if the row is null or empty
     * @throws CacheClosedException after {@link FeatureCache#close}
     */
    public PutResult put(String id, float[] row) {
        return put(Keys.of(id), new float[][] {row});
    }

    /**
     * Stores rows under integer ids, except where an id has one. One call for many rows is faster
     * than many calls.
     *
     * @param ids the ids
     * @param rows the rows, one an id, all of one length; copied
     * @return how many rows were stored, duplicates and declined
     * @throws SchemaMismatchException if the generation's rows are of another length or type
     * @throws KeyTypeMismatchException if the generation has string ids
     * @throws InvalidKeyException if the ids are null
     * @throws InvalidRowsException if there are more or fewer rows than ids, a row is null or
     *     empty, or they differ in length
     * @throws CacheClosedException after {@link FeatureCache#close}
     */
    public PutResult put(long[] ids, float[][] rows) {
        return put(Keys.of(ids), rows);
    }

    /**
     * Stores rows under string ids, except where an id has one. One call for many rows is faster
     * than many calls.
     *
     * @param ids the ids, each 1 to 1024 bytes of UTF-8
     * @param rows the rows, one an id, all of one length; copied
     * @return how many rows were stored, duplicates and declined
     * @throws SchemaMismatchException if the generation's rows are of another length or type
     * @throws KeyTypeMismatchException if the generation has integer ids
     * @throws InvalidKeyException if an id is null, empty, too long or not well-formed Unicode
     * @throws InvalidRowsException if there are more or fewer rows than ids, a row is null or
     *     empty, or they differ in length
     * @throws CacheClosedException after {@link FeatureCache#close}
     */
    public PutResult put(List<String> ids, float[][] rows) {
        return put(Keys.ofStrings(ids), rows);
    }

    /**
     * Returns the row of an integer id.
     *
     * @param id the id
     * @return a new array, or empty if the id has no row
     * @throws SchemaMismatchException if the generation's rows are not one FLOAT32 column
     * @throws KeyTypeMismatchException if the generation has string ids
     * @throws CacheClosedException after {@link FeatureCache#close}
     */
    public Optional<float[]> get(long id) {
        return get(Keys.of(id));
    }

    /**
     * Returns the row of a string id.
     *
     * @param id the id
     * @return a new array, or empty if the id has no row
     * @throws SchemaMismatchException if the generation's rows are not one FLOAT32 column
     * @throws KeyTypeMismatchException if the generation has integer ids
     * @throws InvalidKeyException if the id is null, empty, too long or not well-formed Unicode
     * @throws CacheClosedException after {@link FeatureCache#close}
     */
    public Optional<float[]> get(String id) {
        return get(Keys.of(id));
    }

    /**
     * Copies the row of an integer id.
     *
     * @param id the id
     * @param into the array to fill, as long as a row; left as it is if the id has no row
     * @return whether the id has a row
     * @throws SchemaMismatchException if the generation's rows are of another length or type
     * @throws KeyTypeMismatchException if the generation has string ids
     * @throws InvalidRowsException if the array is null or empty
     * @throws CacheClosedException after {@link FeatureCache#close}
     */
    public boolean get(long id, float[] into) {
        return get(Keys.of(id), into);
    }

    /**
     * Copies the row of a string id.
     *
     * @param id the id
     * @param into the array to fill, as long as a row; left as it is if the id has no row
     * @return whether the id has a row
     * @throws SchemaMismatchException if the generation's rows are of another length or type
     * @throws KeyTypeMismatchException if the generation has integer ids
     * @throws InvalidKeyException if the id is null, empty, too long or not well-formed Unicode
     * @throws InvalidRowsException if the array is null or empty
     * @throws CacheClosedException after {@link FeatureCache#close}
     */
    public boolean get(String id, float[] into) {
        return get(Keys.of(id), into);
    }

    private PutResult put(Keys keys, float[][] rows) {
        int length = ArrayRows.lengthOf(keys.size(), rows);
        Optional<RowSchema> before = schema();
        if (rows.length == 0) {
            return NOTHING; // no row tells how long rows are
        }
        return put(keys, ArrayRows.batchOf(ArrayRows.schemaOf(before, length), rows));
    }

    private boolean get(Keys key, float[] into) {
        RowSchema schema =
                ArrayRows.schemaOf(schema(), ArrayRows.lengthOf(1, new float[][] {into}));
        RowBatch batch = RowBatch.allocateOnHeap(schema, 1);
        if (!gather(key, batch).isComplete()) {
            return false;
        }
        ArrayRows.copy(batch, into);
        return true;
    }

    /** The columns are asked for first; if the first row of all comes just then, once more. */
    private Optional<float[]> get(Keys key) {
        while (true) {
            Optional<RowSchema> before = schema();
            float[] row = new float[ArrayRows.lengthOf(before)];
            try {
                return get(key, row) ? Optional.of(row) : Optional.empty();
            } catch (SchemaMismatchException e) {
                if (before.equals(schema())) {
                    throw e;
                }
            }
        }
    }
}
