package io.github.djlcachex.cache;

import io.github.djlcachex.internal.store.Store;
import io.github.djlcachex.row.CacheClosedException;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.InvalidKeyException;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.InvalidRowsException;
import io.github.djlcachex.row.KeyTypeMismatchException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.LongKeys;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.SchemaMismatchException;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.stream.IntStream;

/** ComputeDoors are the methods of a {@link FeatureCache} that compute the rows that it lacks. */
abstract class ComputeDoors extends ArrayDoors {

    private static final RowSchema ONE_FLOAT = RowSchema.of(Column.of(ElementType.FLOAT32, 1));

    ComputeDoors() {}

    /** The store, which all caches of the generation share. */
    abstract Store store();

    /** The store, unless this cache is closed. */
    abstract Store openStore();

    /**
     * Returns the row of an integer id, and computes and stores it if there is none; see {@link
     * #computeMissing(Keys, RowFunction)}.
     *
     * @param id the id
     * @param compute computes the row, of the length of the generation's rows
     * @param <E> what the function may throw
     * @return a new array
     * @throws E from the function
     * @throws SchemaMismatchException if the generation's rows are of another length or type
     * @throws KeyTypeMismatchException if the generation has string ids
     * @throws InvalidRowsException if the function returned null or an empty row
     * @throws InvalidOptionException if the function is null
     * @throws CacheClosedException after {@link FeatureCache#close}
     */
    public <E extends Exception> float[] computeMissing(
            long id, RowFunction<Long, float[], E> compute) throws E {
        given(compute);
        return arrays(Keys.of(id), keys -> new float[][] {compute.compute(id)})[0];
    }

    /**
     * Returns the row of a string id, and computes and stores it if there is none; see {@link
     * #computeMissing(Keys, RowFunction)}.
     *
     * @param id the id, 1 to 1024 bytes of UTF-8
     * @param compute computes the row, of the length of the generation's rows
     * @param <E> what the function may throw
     * @return a new array
     * @throws E from the function
     * @throws SchemaMismatchException if the generation's rows are of another length or type
     * @throws KeyTypeMismatchException if the generation has integer ids
     * @throws InvalidKeyException if the id is null, empty, too long or not well-formed Unicode
     * @throws InvalidRowsException if the function returned null or an empty row
     * @throws InvalidOptionException if the function is null
     * @throws CacheClosedException after {@link FeatureCache#close}
     */
    public <E extends Exception> float[] computeMissing(
            String id, RowFunction<String, float[], E> compute) throws E {
        given(compute);
        return arrays(Keys.of(id), keys -> new float[][] {compute.compute(id)})[0];
    }

    /**
     * Returns the rows of integer ids, and computes and stores those that are missing; see {@link
     * #computeMissing(Keys, RowFunction)}.
     *
     * @param ids the ids; one may occur more than once
     * @param compute computes a row for each id that it is given, all of one length
     * @param <E> what the function may throw
     * @return a new array for each id, in the order of the ids
     * @throws E from the function
     * @throws SchemaMismatchException if the generation's rows are of another length or type
     * @throws KeyTypeMismatchException if the generation has string ids
     * @throws InvalidKeyException if the ids are null
     * @throws InvalidRowsException if the function returned null, more or fewer rows than it was
     *     given ids, a row that is null or empty, or rows of several lengths
     * @throws InvalidOptionException if the function is null
     * @throws CacheClosedException after {@link FeatureCache#close}
     */
    public <E extends Exception> float[][] computeMissing(
            long[] ids, RowFunction<long[], float[][], E> compute) throws E {
        given(compute);
        return arrays(Keys.of(ids), keys -> compute.compute(numbers((LongKeys) keys)));
    }

    /**
     * Returns the rows of string ids, and computes and stores those that are missing; see {@link
     * #computeMissing(Keys, RowFunction)}.
     *
     * @param ids the ids, each 1 to 1024 bytes of UTF-8; one may occur more than once
     * @param compute computes a row for each id that it is given, all of one length
     * @param <E> what the function may throw
     * @return a new array for each id, in the order of the ids
     * @throws E from the function
     * @throws SchemaMismatchException if the generation's rows are of another length or type
     * @throws KeyTypeMismatchException if the generation has integer ids
     * @throws InvalidKeyException if an id is null, empty, too long or not well-formed Unicode
     * @throws InvalidRowsException if the function returned null, more or fewer rows than it was
     *     given ids, a row that is null or empty, or rows of several lengths
     * @throws InvalidOptionException if the function is null
     * @throws CacheClosedException after {@link FeatureCache#close}
     */
    public <E extends Exception> float[][] computeMissing(
            List<String> ids, RowFunction<List<String>, float[][], E> compute) throws E {
        given(compute);
        return arrays(Keys.ofStrings(ids), keys -> compute.compute(texts(keys)));
    }

    /**
     * Returns the rows of some keys. Those that are there are read. The others are computed by a
     * function and stored, once over all threads of the process.
     *
     * <p>The function is given the keys that have no row and that no other thread computes now,
     * each once. This call then waits for the rows that other threads compute, and asks the
     * function for those that they could not. So the function may be called more than once, or not
     * at all. If it throws, or returns rows that do not fit, nothing of them is stored.
     *
     * <p>The rows are returned even where they cannot be stored: in a read-only cache, with a full
     * queue, on a full disk. Threads never deadlock here. A function may use this cache or another
     * one on the thread that calls it, also for the ids that it is asked for; where it does,
     * threads may compute a row at the same time instead of waiting. It must not wait for another
     * thread that asks for the same ids.
     *
     * @param keys the keys; one may occur more than once
     * @param compute computes a batch with a row for each key that it is given. An empty batch,
     *     before the first row of all, asks it for no rows, since it alone knows the columns
     * @param <E> what the function may throw
     * @return a new batch with the row of each key at its position, on the heap
     * @throws E from the function
     * @throws KeyTypeMismatchException if the generation has keys of the other type
     * @throws SchemaMismatchException if the function returned other columns than the generation
     *     has
     * @throws InvalidRowsException if the function returned null, or another number of rows than it
     *     was given keys; or if a column of the batch would be over 2^31 - 1 bytes
     * @throws InvalidOptionException if the function is null
     * @throws CacheClosedException after {@link FeatureCache#close}
     */
    public <E extends Exception> RowBatch computeMissing(
            Keys keys, RowFunction<Keys, RowBatch, E> compute) throws E {
        given(compute);
        return new MissingRows<>(this, keys, compute).complete();
    }

    /**
     * Claims missing rows, so that no other thread of the process computes them too. For code that
     * runs batches of its own; {@link #computeMissing(Keys, RowFunction)} does it by itself. The
     * caller closes the claims. Claiming does not need the cache to be open.
     *
     * @param keys the keys of a batch
     * @param missing the positions of those that were looked up in vain, ascending
     * @return the claims of those rows that no other thread has claimed; of all, if the calling
     *     thread holds claims already
     */
    public RowClaims claim(Keys keys, int[] missing) {
        return new RowClaims(store().claim(keys, missing));
    }

    /**
     * Returns rows as a later {@link #gather} gives them. Columns that are stored in another
     * precision are rounded, all others are equal. For code that puts rows and goes on with its own
     * batch: rows are then the same in the epoch that computed them and in all later ones. {@link
     * #computeMissing(Keys, RowFunction)} does it by itself. Called after the first {@code put},
     * which knows what another process may have decided.
     *
     * @param rows the rows, which stay as they are
     * @return a copy on the heap, or the batch itself if no column is stored in another precision
     * @throws SchemaMismatchException if the generation has other columns
     * @throws CacheClosedException after {@link FeatureCache#close}
     */
    public RowBatch rounded(RowBatch rows) {
        return openStore().rounded(rows);
    }

    /**
     * Returns the size of a row as it is stored, without its key and checksum: smaller than the
     * {@link RowSchema#rowBytes} of {@link FeatureCache#schema} if a column is stored in another
     * precision.
     *
     * @return the size in bytes, or 0 if nothing was ever stored; if a column is variable, that of
     *     the smallest row, with its shape
     * @throws CacheClosedException after {@link FeatureCache#close}
     */
    public long storedRowBytes() {
        return openStore().storedRowBytes();
    }

    private static void given(@Nullable RowFunction<?, ?, ?> compute) {
        if (compute == null) {
            throw new InvalidOptionException(
                    Problem.of(
                            "function of computeMissing",
                            "a function",
                            "null",
                            "pass one that computes missing rows, or call get"));
        }
    }

    private <E extends Exception> float[][] arrays(
            Keys keys, RowFunction<Keys, float[][], E> compute) throws E {
        checkColumns(keys);
        if (keys.size() == 0) {
            return new float[0][];
        }
        RowBatch rows = computeMissing(keys, missing -> batchOf(missing, compute.compute(missing)));
        if (!ArrayRows.isOneFloatColumn(rows.schema())) {
            checkColumns(keys); // another thread stored the first rows of all meanwhile
        }
        return ArrayRows.arraysOf(rows);
    }

    /** Refuses a generation whose rows are no arrays, as a lookup does. */
    private void checkColumns(Keys keys) {
        if (schema().filter(columns -> !ArrayRows.isOneFloatColumn(columns)).isPresent()) {
            gather(keys, RowBatch.allocateOnHeap(ONE_FLOAT, keys.size()));
        }
    }

    private RowBatch batchOf(Keys keys, float[][] rows) {
        int length = ArrayRows.lengthOfComputed(keys.size(), rows);
        return ArrayRows.batchOf(ArrayRows.schemaOf(schema(), length), rows);
    }

    private static long[] numbers(LongKeys keys) {
        return IntStream.range(0, keys.size()).mapToLong(keys::get).toArray();
    }

    private static List<String> texts(Keys keys) {
        return IntStream.range(0, keys.size())
                .mapToObj(position -> (String) keys.getObject(position))
                .toList();
    }
}
