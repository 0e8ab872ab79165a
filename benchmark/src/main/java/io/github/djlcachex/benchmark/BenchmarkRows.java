package io.github.djlcachex.benchmark;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Rows of float32 and a directory for them, made for one trial and removed after it. */
final class BenchmarkRows {

    static final int BATCH = 256;

    private BenchmarkRows() {}

    static RowSchema schema(int rowBytes) {
        return RowSchema.of(Column.unnamed(ElementType.FLOAT32, rowBytes / Float.BYTES));
    }

    static RowBatch random(int rowBytes, int rows) {
        RowBatch batch = RowBatch.allocate(schema(rowBytes), rows);
        Random random = new Random(1);
        for (int i = 0; i < batch.buffer(0).capacity(); i += Integer.BYTES) {
            batch.buffer(0).putInt(i, random.nextInt());
        }
        return batch;
    }

    static Keys keys(long from, int count) {
        return Keys.of(LongStream.range(from, from + count).toArray());
    }

    /** Batches of keys drawn at random from those below a bound. */
    static Keys[] randomKeys(int batches, int rows) {
        Random random = new Random(2);
        Keys[] keys = new Keys[batches];
        for (int i = 0; i < batches; i++) {
            keys[i] = Keys.of(random.longs(BATCH, 0, rows).toArray());
        }
        return keys;
    }

    static void fill(FeatureCache cache, int rowBytes, int rows) {
        RowBatch batch = random(rowBytes, BATCH);
        for (int from = 0; from < rows; from += BATCH) {
            cache.put(keys(from, BATCH), batch);
        }
        cache.flush();
    }

    static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
