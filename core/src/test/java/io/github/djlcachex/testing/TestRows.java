package io.github.djlcachex.testing;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ColumnKind;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.RowShapes;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Rows whose every byte follows from their key, so that any process can tell a right one from a
 * wrong one.
 */
public final class TestRows {

    private final RowSchema schema;
    private final long seed;

    public TestRows(RowSchema schema, long seed) {
        this.schema = schema;
        this.seed = seed;
    }

    public RowSchema schema() {
        return schema;
    }

    /** The batch that belongs to some keys. */
    public RowBatch batch(Keys keys) {
        RowShapes shapes = shapes(keys);
        RowBatch batch = RowBatch.allocate(shapes);
        for (int c = 0; c < schema.columns().size(); c++) {
            for (int i = 0; i < keys.size(); i++) {
                fill(
                        batch.buffer(c),
                        shapes.offset(c, i),
                        shapes.rowBytes(c, i),
                        stateOf(keys.getObject(i), c));
            }
            if (schema.columns().get(c).kind() == ColumnKind.STRING) {
                makeText(batch.buffer(c));
            }
        }
        return batch;
    }

    private static void makeText(ByteBuffer bytes) {
        for (int i = 0; i < bytes.capacity(); i++) {
            bytes.put(i, (byte) ('a' + (bytes.get(i) & 15)));
        }
    }

    /** The shapes that belong to some keys: lengths of 0 to 4 where a column is variable. */
    public RowShapes shapes(Keys keys) {
        RowShapes.Builder shapes = RowShapes.builder(schema);
        for (int i = 0; i < keys.size(); i++) {
            List<int[]> ofRow = new ArrayList<>();
            for (int c = 0; c < schema.columns().size(); c++) {
                if (schema.columns().get(c).isVariable()) {
                    ofRow.add(shape(schema.columns().get(c), stateOf(keys.getObject(i), c)));
                }
            }
            shapes.add(ofRow.toArray(new int[0][]));
        }
        return shapes.build();
    }

    /** A batch with room for the rows that a cache has for some keys. */
    public RowBatch room(FeatureCache cache, Keys keys) {
        return RowBatch.allocate(cache.shapes(keys).orElseGet(() -> noShapes(keys.size())));
    }

    /** The shapes of rows that are all missing. */
    public RowShapes noShapes(int rows) {
        RowShapes.Builder shapes = RowShapes.builder(schema);
        for (int i = 0; i < rows; i++) {
            shapes.addEmpty();
        }
        return shapes.build();
    }

    private static int[] shape(Column column, long state) {
        int[] shape = column.shape();
        for (int axis = 0; axis < shape.length; axis++) {
            if (shape[axis] == Column.VARIABLE) {
                shape[axis] = (int) (((state * 6364136223846793005L) >>> (32 + axis)) % 5);
            }
        }
        return shape;
    }

    /** Whether a row of a batch is the one that belongs to its key. */
    public boolean isRight(Keys keys, int position, RowBatch batch) {
        RowBatch expected = batch(keys.select(new int[] {position}));
        return batch.shapes().sameRow(position, expected.shapes(), 0)
                && IntStream.range(0, schema.columns().size())
                        .allMatch(
                                c ->
                                        batch.column(c)
                                                .row(position)
                                                .equals(expected.column(c).row(0)));
    }

    public static Keys range(long from, long to) {
        return Keys.of(LongStream.range(from, to).toArray());
    }

    private long stateOf(Object key, int column) {
        long h = key instanceof Long number ? number : stringHash((String) key);
        return (h ^ seed) * 0x9E3779B97F4A7C15L + column;
    }

    private static long stringHash(String text) {
        long h = 1125899906842597L;
        for (int i = 0; i < text.length(); i++) {
            h = 31 * h + text.charAt(i);
        }
        return h;
    }

    private static void fill(ByteBuffer target, int offset, int bytes, long state) {
        long s = state;
        for (int i = 0; i < bytes; i++) {
            s = s * 6364136223846793005L + 1442695040888963407L;
            target.put(offset + i, (byte) (s >>> 56));
        }
    }
}
