package io.github.djlcachex.scenario.programs;

import io.github.djlcachex.cache.Durability;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FlushReport;
import io.github.djlcachex.cache.PutResult;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.testing.TestRows;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.LongStream;

/** Programs that write to a directory with a limit. */
public final class LimitPrograms {

    public static final int SEGMENT_BYTES = 1 << 20;
    private static final int BATCH = 16;
    private static final int FLOATS = 4096;

    private LimitPrograms() {}

    /** Writes rows of keys of its own until the directory is full. */
    public static final class Filler {
        private Filler() {}

        public static void main(String[] args) throws Exception {
            long from = Long.parseLong(args[1]);
            try (FeatureCache cache =
                    Caches.at(Path.of(args[0]))
                            .segmentBytes(SEGMENT_BYTES)
                            .indexSnapshotRows(0)
                            .memoryTierBytes(0)
                            .durability(Durability.OS)
                            .open()) {
                WriterPrograms.say("ready");
                System.in.read();
                long next = from;
                while (put(cache, next).declined() == 0) {
                    next += BATCH;
                }
                FlushReport report = cache.flush();
                WriterPrograms.say("accepted " + (next - from));
                WriterPrograms.say("persisted " + report.persistedRows());
            }
        }
    }

    private static PutResult put(FeatureCache cache, long from) {
        long[] keys = LongStream.range(from, from + BATCH).toArray();
        float[][] rows = new float[BATCH][];
        for (int i = 0; i < BATCH; i++) {
            rows[i] = row(keys[i]);
        }
        return cache.put(keys, rows);
    }

    /** A large row, which all numbers of it tell. */
    public static float[] row(long key) {
        float[] row = new float[FLOATS];
        Arrays.fill(row, (float) key);
        return row;
    }

    /** Fills a directory, and is told of it once. */
    public static final class FullDirectory {
        private FullDirectory() {}

        public static void main(String[] args) {
            System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
            try (FeatureCache cache = Caches.at(Path.of(args[0])).open()) {
                for (int key = 0; key < 10_000; key += 100) {
                    Caches.put(cache, TestRows.range(key, key + 100));
                    cache.flush();
                }
            }
        }
    }
}
