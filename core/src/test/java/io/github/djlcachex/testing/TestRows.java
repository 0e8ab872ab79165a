package io.github.djlcachex.testing;

import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;

import java.nio.ByteBuffer;
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
        RowBatch batch = RowBatch.allocate(schema, keys.size());
        for (int c = 0; c < schema.columns().size(); c++) {
            int rowBytes = schema.columns().get(c).rowBytes();
            for (int i = 0; i < keys.size(); i++) {
                fill(batch.buffer(c), i * rowBytes, rowBytes, stateOf(keys.getObject(i), c));
            }
        }
        return batch;
    }

    /** Whether a row of a batch is the one that belongs to its key. */
    public boolean isRight(Keys keys, int position, RowBatch batch) {
        RowBatch expected = batch(keys.select(new int[] {position}));
        return IntStream.range(0, schema.columns().size())
                .allMatch(
                        c -> {
                            int rowBytes = schema.columns().get(c).rowBytes();
                            return batch.buffer(c)
                                    .slice(position * rowBytes, rowBytes)
                                    .equals(expected.buffer(c));
                        });
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
