package io.github.djlcachex.djl;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.PutResult;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.RowShapes;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * The cache as one batch sees it: only rows that were computed from the inputs of the batch.
 *
 * <p>With the check of inputs, each stored row has one more column: a checksum of the input row
 * from which it was computed. A row of another input is a miss.
 */
final class RowStore {

    /** The suffix of the fingerprint of rows with the checksum. */
    static final String SUFFIX = "+input-check";

    private static final Column CHECKSUM = Column.of("djlcachex.input", ElementType.INT64);

    private final FeatureCache cache;
    private final @Nullable RowContents contents;
    private final boolean anyInput;
    private final BitSet changed = new BitSet();

    /**
     * Creates the view of a batch.
     *
     * @param contents the batch's inputs, or null if they are not checked
     */
    RowStore(FeatureCache cache, @Nullable RowContents contents) {
        this(cache, contents, false);
    }

    private RowStore(FeatureCache cache, @Nullable RowContents contents, boolean anyInput) {
        this.cache = cache;
        this.contents = contents;
        this.anyInput = anyInput;
    }

    /** Returns a view of all rows, whatever inputs they were computed from. */
    static RowStore ofAnyInput(FeatureCache cache) {
        return new RowStore(cache, null, true);
    }

    FeatureCache cache() {
        return cache;
    }

    /** Returns the columns of the wrapped block, or null if nothing was ever stored. */
    @Nullable RowSchema schema() {
        RowSchema stored = cache.schema().orElse(null);
        if (stored == null || (contents == null && !anyInput)) {
            return stored;
        }
        if (!anyInput && !stored.columns().contains(CHECKSUM)) {
            throw new UnsupportedOutputException(
                    Problem.of(
                            "rows in " + cache.directory(),
                            "rows with a checksum of their inputs",
                            "rows without",
                            "let the decorator open its cache, by setDirectory and setModuleId; or give"
                                    + " the stored rows up by reset()"));
        }
        return withoutChecksum(stored);
    }

    /**
     * Returns a batch that has room for rows, in memory of the JVM. A missing row of a variable
     * column has no elements.
     *
     * @param schema the columns of the wrapped block, as the caller knows them
     */
    RowBatch allocate(Keys keys, RowSchema schema) {
        if (!schema.isVariable()) {
            return RowBatch.allocateOnHeap(schema, keys.size());
        }
        RowShapes stored =
                cache.shapes(keys)
                        .filter(shapes -> withoutChecksum(shapes.schema()).equals(schema))
                        .orElse(null);
        RowShapes.Builder shapes = RowShapes.builder(schema);
        for (int i = 0; i < keys.size(); i++) {
            if (stored == null) {
                shapes.addEmpty(); // the user gave the columns up meanwhile
            } else {
                shapes.addFrom(stored, i);
            }
        }
        return RowBatch.allocateOnHeap(shapes.build());
    }

    /**
     * Copies rows to the positions of their keys.
     *
     * @param positions the positions of the keys in the batch
     * @return the indices of the keys without a row of their input, ascending
     */
    int[] gather(Keys keys, RowBatch into, int[] positions) {
        RowContents inputs = contents;
        if (inputs == null) {
            boolean checked = anyInput && cache.schema().filter(into.schema()::equals).isEmpty();
            RowBatch whole = checked ? withChecksums(into, checksums(keys.size())) : into;
            return cache.gather(keys, whole).missing();
        }
        ByteBuffer checksums = checksums(keys.size());
        BitSet missing = new BitSet();
        for (int index : cache.gather(keys, withChecksums(into, checksums)).missing()) {
            missing.set(index);
        }
        for (int i = missing.nextClearBit(0); i < keys.size(); i = missing.nextClearBit(i + 1)) {
            if (checksums.getLong(i * Long.BYTES) != inputs.checksum(positions[i])) {
                missing.set(i);
                changed.set(positions[i]);
            }
        }
        return missing.stream().toArray();
    }

    private static ByteBuffer checksums(int rows) {
        return ByteBuffer.allocate(rows * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Returns the columns of the wrapped block among the stored ones. */
    private static RowSchema withoutChecksum(RowSchema stored) {
        List<Column> columns = new ArrayList<>(stored.columns());
        return columns.remove(CHECKSUM) ? RowSchema.of(columns) : stored;
    }

    /** Returns the rows with the checksum as the last column. */
    private static RowBatch withChecksums(RowBatch rows, ByteBuffer checksums) {
        int count = rows.schema().columns().size();
        List<Column> columns = new ArrayList<>(rows.schema().columns());
        columns.add(CHECKSUM);
        ByteBuffer[] buffers = new ByteBuffer[count + 1];
        for (int i = 0; i < count; i++) {
            buffers[i] = rows.buffer(i);
        }
        buffers[count] = checksums;
        RowShapes.Builder shapes = RowShapes.builder(RowSchema.of(columns));
        for (int row = 0; row < rows.rows(); row++) {
            shapes.addFrom(rows.shapes(), row);
        }
        return RowBatch.wrap(shapes.build(), buffers);
    }

    /** Tells whether the cache has none of these rows, whatever their inputs. */
    boolean hasNone(Keys keys) {
        return cache.missing(keys).length == keys.size();
    }

    /**
     * Stores rows.
     *
     * @param positions the positions of the keys in the batch
     * @return how many were stored, ignored and declined
     */
    PutResult put(Keys keys, RowBatch rows, int[] positions) {
        RowContents inputs = contents;
        if (inputs == null) {
            return cache.put(keys, rows);
        }
        ByteBuffer checksums = checksums(keys.size());
        for (int i = 0; i < positions.length; i++) {
            checksums.putLong(i * Long.BYTES, inputs.checksum(positions[i]));
        }
        return cache.put(keys, withChecksums(rows, checksums));
    }

    /**
     * Returns computed rows as they are read later: rounded, if a column is stored in another
     * precision.
     *
     * @return the rows themselves, or a copy
     */
    RowBatch rounded(RowBatch rows) {
        if (contents == null) {
            return cache.rounded(rows);
        }
        RowBatch stored = withChecksums(rows, checksums(rows.rows()));
        RowBatch rounded = cache.rounded(stored);
        if (rounded == stored) {
            return rows;
        }
        ByteBuffer[] buffers = new ByteBuffer[rows.schema().columns().size()];
        Arrays.setAll(buffers, rounded::buffer);
        return RowBatch.wrap(rows.shapes(), buffers);
    }

    /** Returns the positions whose cached rows were computed from other inputs. */
    BitSet changed() {
        return changed;
    }
}
