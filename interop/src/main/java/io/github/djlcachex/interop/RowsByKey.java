package io.github.djlcachex.interop;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.GatherResult;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.LongKeys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.RowShapes;
import io.github.djlcachex.row.StringKeys;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;
import java.util.stream.IntStream;

/** The rows of a cache by their keys. A row that is not found in the end counts as damaged. */
final class RowsByKey implements RowStream {

    private static final long BATCH_BYTES = 4L << 20;
    private static final int MAX_ROWS = 4096;
    private static final int VARIABLE_ROWS = 256;

    private final FeatureCache cache;
    private final RowSchema schema;
    private final Keys sorted;
    private final int batchRows;
    private int position;
    private @Nullable Keys keys;
    private @Nullable RowBatch rows;
    private long damagedRows;

    RowsByKey(FeatureCache cache, RowSchema schema) {
        this.cache = cache;
        this.schema = schema;
        this.sorted = sorted(cache.keys());
        this.batchRows =
                schema.isVariable()
                        ? VARIABLE_ROWS
                        : (int) Math.max(1, Math.min(MAX_ROWS, BATCH_BYTES / rowBytes(schema)));
    }

    private static long rowBytes(RowSchema schema) {
        return Math.max(1, schema.columns().stream().mapToLong(c -> c.rowBytes()).sum());
    }

    private static Keys sorted(Keys keys) {
        if (keys instanceof LongKeys integers) {
            long[] values = integers.toArray().clone();
            Arrays.sort(values);
            return Keys.of(values);
        }
        StringKeys texts = (StringKeys) keys;
        byte[][] utf8 = new byte[texts.size()][];
        for (int i = 0; i < utf8.length; i++) {
            utf8[i] = new byte[texts.byteLength(i)];
            texts.copyUtf8(i, utf8[i], 0);
        }
        Comparator<Integer> byBytes = (a, b) -> Arrays.compareUnsigned(utf8[a], utf8[b]);
        int[] positions =
                IntStream.range(0, utf8.length)
                        .boxed()
                        .sorted(byBytes)
                        .mapToInt(Integer::intValue)
                        .toArray();
        return texts.select(positions);
    }

    @Override
    public boolean next() {
        while (position < sorted.size()) {
            int count = Math.min(batchRows, sorted.size() - position);
            int from = position;
            position += count;
            if (read(sorted.select(IntStream.range(from, from + count).toArray()))) {
                return true;
            }
        }
        return false;
    }

    private boolean read(Keys wanted) {
        RowShapes shapes =
                cache.shapes(wanted).orElseGet(() -> RowShapes.fixed(schema, wanted.size()));
        RowBatch gathered = RowBatch.allocateOnHeap(shapes);
        GatherResult result = cache.gather(wanted, gathered);
        damagedRows += result.missing().length;
        if (result.isComplete()) {
            keys = wanted;
            rows = gathered;
            return true;
        }
        int[] missing = result.missing();
        int[] found =
                IntStream.range(0, wanted.size())
                        .filter(i -> Arrays.stream(missing).noneMatch(m -> m == i))
                        .toArray();
        keys = wanted.select(found);
        rows = gathered.select(found);
        return found.length > 0;
    }

    @Override
    public Keys keys() {
        return Objects.requireNonNull(keys, "no batch");
    }

    @Override
    public RowBatch rows() {
        return Objects.requireNonNull(rows, "no batch");
    }

    @Override
    public long damagedRows() {
        return damagedRows;
    }

    @Override
    public void close() {}
}
