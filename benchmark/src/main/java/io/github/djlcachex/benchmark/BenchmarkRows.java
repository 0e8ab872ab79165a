package io.github.djlcachex.benchmark;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Rows of float32, keys for their numbers, and the files that hold them. */
final class BenchmarkRows {

    /** Rows of one put. */
    static final int BATCH = 256;

    private BenchmarkRows() {}

    static RowSchema schema(int rowBytes) {
        return RowSchema.of(Column.of(ElementType.FLOAT32, rowBytes / Float.BYTES));
    }

    static RowBatch random(int rowBytes, int rows) {
        RowBatch batch = RowBatch.allocate(schema(rowBytes), rows);
        Random random = new Random(1);
        for (int i = 0; i < batch.buffer(0).capacity(); i += Float.BYTES) {
            batch.buffer(0).putFloat(i, 2 * random.nextFloat() - 1); // every precision has these
        }
        return batch;
    }

    /** The keys of some rows: their numbers, or texts like those of files. */
    static Keys keys(KeyType type, int... rows) {
        return type == KeyType.INT64 ? Keys.of(longs(rows)) : Keys.ofStrings(keyTexts(rows));
    }

    static long[] longs(int... rows) {
        return Arrays.stream(rows).asLongStream().toArray();
    }

    static List<String> keyTexts(int... rows) {
        return Arrays.stream(rows).mapToObj(BenchmarkRows::keyText).toList();
    }

    private static String keyText(int row) {
        String digits = Integer.toString(row);
        return "train/" + "0".repeat(Math.max(0, 9 - digits.length())) + digits + ".jpg";
    }

    static int[] range(int from, int count) {
        return IntStream.range(from, from + count).toArray();
    }

    /** Puts rows in batches, and flushes them. */
    static void fill(FeatureCache cache, KeyType type, int rowBytes, int from, int count) {
        put(cache, type, rowBytes, from, count);
        if (!cache.flush().isComplete()) {
            throw new IllegalStateException("rows were not written");
        }
    }

    /** Puts rows of which so many percent are not zero, a whole number of batches; flushes them. */
    static void fillSparse(FeatureCache cache, KeyType type, int rowBytes, int percent, int count) {
        RowBatch batch = random(rowBytes, BATCH);
        Random random = new Random(2);
        for (int i = 0; i < batch.buffer(0).capacity(); i += Float.BYTES) {
            if (random.nextInt(100) >= percent) {
                batch.buffer(0).putFloat(i, 0);
            }
        }
        for (int from = 0; from < count; from += BATCH) {
            cache.put(keys(type, range(from, BATCH)), batch);
        }
        if (!cache.flush().isComplete()) {
            throw new IllegalStateException("rows were not written");
        }
    }

    /** Puts rows in batches. */
    static void put(FeatureCache cache, KeyType type, int rowBytes, int from, int count) {
        RowBatch batch = random(rowBytes, BATCH);
        for (int done = 0; done < count; done += BATCH) {
            int rows = Math.min(BATCH, count - done);
            RowBatch some = rows == BATCH ? batch : random(rowBytes, rows);
            cache.put(keys(type, range(from + done, rows)), some);
        }
    }

    /** Writes the same rows to a file of nothing else. */
    static void writePlain(Path file, int rowBytes, int rows) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            writePlain(channel, random(rowBytes, BATCH).buffer(0), (long) rowBytes * rows);
            channel.force(true);
        }
    }

    /** Writes the bytes of a buffer again and again. */
    static void writePlain(FileChannel channel, ByteBuffer bytes, long total) throws IOException {
        long written = 0;
        while (written < total) {
            ByteBuffer rest = bytes.duplicate().clear();
            rest.limit((int) Math.min(rest.capacity(), total - written));
            while (rest.hasRemaining()) {
                written += channel.write(rest);
            }
        }
    }

    static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
