package io.github.djlcachex.scenario.programs;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FeatureCacheBuilder;
import io.github.djlcachex.cache.FlushReport;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.scenario.processes.ContainersTest;
import io.github.djlcachex.testing.TestRows;

import java.nio.file.Path;

/** What {@link ContainersTest} runs in JVMs that have less than others. */
public final class ContainerPrograms {

    private ContainerPrograms() {}

    /** Puts more than its volume of 64 KiB holds, and opens it again. */
    public static final class TinyVolume {
        private TinyVolume() {}

        public static void main(String[] args) {
            long persisted = 0;
            boolean complete = true;
            try (FeatureCache cache = Caches.at(Path.of(args[0])).open()) {
                for (long at = 0; at < 1600; at += 100) {
                    Caches.put(cache, TestRows.range(at, at + 100));
                    FlushReport report = cache.flush();
                    complete &= report.isComplete();
                    persisted += report.persistedRows();
                }
            }
            WriterPrograms.say("complete " + complete);
            try (FeatureCache cache = Caches.at(Path.of(args[0])).open()) {
                int right = Caches.rightHits(cache, TestRows.range(0, 1600));
                WriterPrograms.say("kept " + (persisted > 0 && right >= persisted));
            }
        }
    }

    /** Writes more than it may have in memory, and reads it in each mode. */
    public static final class LargerThanMemory {

        public static final long LIMIT_BYTES = 224L << 20;
        public static final int ROWS = 4096;

        private static final TestRows LARGE =
                new TestRows(RowSchema.of(Column.of("f", ElementType.FLOAT32, 16384)), 3);
        private static final int BATCH = 64;

        private LargerThanMemory() {}

        public static void main(String[] args) {
            try (FeatureCache cache = at(args[0]).open()) {
                for (int at = 0; at < ROWS; at += BATCH) {
                    Keys keys = TestRows.range(at, at + BATCH);
                    cache.put(keys, LARGE.batch(keys));
                    cache.flush();
                }
            }
            for (ReadMode mode : ReadMode.values()) {
                try (FeatureCache cache = at(args[0]).readMode(mode).open()) {
                    WriterPrograms.say(mode + " " + right(cache));
                }
            }
        }

        private static FeatureCacheBuilder at(String directory) {
            return Caches.at(Path.of(directory)).segmentBytes(8 << 20).memoryTierBytes(0);
        }

        private static int right(FeatureCache cache) {
            int right = 0;
            for (int at = 0; at < ROWS; at += BATCH) {
                Keys keys = TestRows.range(at, at + BATCH);
                RowBatch into = RowBatch.allocate(LARGE.schema(), BATCH);
                if (cache.gather(keys, into).missing().length == 0) {
                    for (int i = 0; i < BATCH; i++) {
                        right += LARGE.isRight(keys, i, into) ? 1 : 0;
                    }
                }
            }
            return right;
        }
    }
}
