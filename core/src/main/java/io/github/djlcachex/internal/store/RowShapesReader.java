package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.index.Address;
import io.github.djlcachex.internal.index.RowIndex;
import io.github.djlcachex.internal.io.AsyncReadErrors;
import io.github.djlcachex.internal.segment.OpenSegment;
import io.github.djlcachex.internal.segment.RowSource;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.RowShapes;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.lang.invoke.VarHandle;

/**
 * A RowShapesReader reads the shapes of rows before the rows themselves, so that a batch is
 * allocated once.
 *
 * <p>It reads what nothing has proven yet. A row that is read as another shape than it has is found
 * out when it is copied: then it is no row of that shape, or its checksum is wrong. For one thread.
 */
final class RowShapesReader {

    private static final Logger logger = LoggerFactory.getLogger(RowShapesReader.class);

    private final Generation.State state;
    private final SourceTable sources;
    private final RowSchema schema;
    private final Keys keys;
    private final MemoryTier.Search tier;
    private final long[] addresses;
    private final boolean[] inTier;

    RowShapesReader(Generation.State state, SourceTable sources, Keys keys) {
        this.state = state;
        this.sources = sources;
        this.schema = state.contract().schema();
        this.keys = keys;
        this.tier = state.tier().search(keys);
        this.addresses = new long[Math.min(keys.size(), RowIndex.KEYS_AT_ONCE)];
        this.inTier = new boolean[addresses.length];
    }

    /** Returns an array for the shape of each variable column of a row. */
    static int[][] newShapes(RowSchema schema) {
        return schema.columns().stream()
                .filter(Column::isVariable)
                .map(column -> new int[column.rank()])
                .toArray(int[][]::new);
    }

    /** Returns the shapes of some rows of one source that are there for certain. */
    static RowShapes of(RowSource source, RowSchema schema, int from, int count)
            throws IOException {
        if (!schema.isVariable()) {
            return RowShapes.fixed(schema, count);
        }
        RowShapes.Builder builder = RowShapes.builder(schema);
        int[][] shapes = newShapes(schema);
        for (int row = from; row < from + count; row++) {
            if (read(source, schema, row, shapes)) {
                builder.add(shapes);
            } else {
                builder.addEmpty();
            }
        }
        return builder.build();
    }

    private static boolean read(RowSource source, RowSchema schema, int row, int[][] shapes)
            throws IOException {
        boolean read = true;
        int next = 0;
        for (int c = 0; c < schema.columns().size(); c++) {
            if (schema.columns().get(c).isVariable()) {
                read &= source.readShape(row, c, shapes[next++]);
            }
        }
        return read;
    }

    /** Returns the shapes of all rows; a row that is missing has no elements. */
    RowShapes read() {
        RowShapes.Builder builder = RowShapes.builder(schema);
        for (int from = 0; from < keys.size(); from += addresses.length) {
            int count = Math.min(addresses.length, keys.size() - from);
            for (int @Nullable [][] shapes : window(from, count)) {
                if (shapes == null) {
                    builder.addEmpty();
                } else {
                    builder.add(shapes);
                }
            }
        }
        return builder.build();
    }

    private int[] @Nullable [][] window(int from, int count) {
        int[] @Nullable [][] shapes = new int[count][][];
        try {
            AsyncReadErrors.surface();
            find(from, count);
            for (int i = 0; i < count; i++) {
                shapes[i] = shapes(from, i);
            }
            AsyncReadErrors.surface();
        } catch (InternalError deferred) { // of an unknown row: each is read again by itself
            logger.debug("a read of a truncated file failed", deferred);
            for (int i = 0; i < count; i++) {
                shapes[i] = shapesAlone(from, i);
            }
        }
        return shapes;
    }

    private void find(int from, int count) {
        for (int i = 0; i < count; i++) {
            inTier[i] = tier.contains(from + i);
        }
        state.index().findAll(keys, from, count, inTier, addresses);
    }

    private int @Nullable [][] shapes(int from, int i) {
        int @Nullable [][] shapes = inTier[i] ? shapesInTier(from + i) : null;
        if (shapes == null && addresses[i] != Address.NONE) {
            shapes = shapesAt(addresses[i]);
            if (shapes == null) {
                shapes = shapesInTier(from + i); // RefusedRows moved it there meanwhile
            }
        }
        return shapes;
    }

    private int @Nullable [][] shapesInTier(int position) {
        byte[] row = tier.find(position);
        return row == null ? null : EncodedRow.shapes(row, schema);
    }

    private int @Nullable [][] shapesAlone(int from, int i) {
        try {
            int @Nullable [][] shapes = shapes(from, i);
            AsyncReadErrors.surface();
            return shapes;
        } catch (InternalError e) {
            return addresses[i] != Address.NONE
                            && sources.get(addresses[i]) instanceof SegmentFile f
                    ? shapesAgain(f, Address.row(addresses[i]), e)
                    : null;
        }
    }

    private int @Nullable [][] shapesAt(long address) {
        RowSource source = sources.get(address);
        int row = Address.row(address);
        if (source == null || !sources.isReadable(address)) {
            return null;
        }
        int[][] shapes = newShapes(schema);
        try {
            boolean read = read(source, schema, row, shapes);
            VarHandle.acquireFence();
            if (source instanceof OpenSegment && sources.get(address) != source) {
                return shapesAt(address); // its memory may hold another segment's rows by now
            }
            return read ? shapes : null;
        } catch (IOException e) {
            return source instanceof SegmentFile file ? shapesAgain(file, row, e) : null;
        }
    }

    private int @Nullable [][] shapesAgain(SegmentFile file, int row, Throwable cause) {
        int[][] shapes = newShapes(schema);
        int next = 0;
        try {
            for (int c = 0; c < schema.columns().size(); c++) {
                if (schema.columns().get(c).isVariable()
                        && !file.readShapeAgain(row, c, shapes[next++])) {
                    return null;
                }
            }
            return shapes;
        } catch (IOException e) {
            logger.debug("the shape of row {} of {} cannot be read", row, file.path(), e);
            logger.trace("it was read again after", cause);
            return null;
        }
    }
}
