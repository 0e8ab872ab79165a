package io.github.djlcachex.internal.store;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.scenario.programs.WriterPrograms;
import io.github.djlcachex.testing.TestRows;

import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * An extractor's first epoch and then epochs of hits, without any flush: 4,000 rows of 72 bytes,
 * computed at the rate of a small text encoder on two cores.
 */
final class KilledTrainingProgram {

    static final long ROW_MS = 5;

    private static final int ROWS = 4000;
    private static final int BATCH = 20;

    private KilledTrainingProgram() {}

    /** Trains until it is killed; the argument is the cache directory. */
    public static void main(String[] arguments) {
        try (FeatureCache cache = Caches.at(Path.of(arguments[0])).open()) {
            WriterPrograms.say("ready");
            while (true) {
                for (long from = 0; from < ROWS; from += BATCH) {
                    long to = from + BATCH;
                    RowBatch rows =
                            cache.computeMissing(
                                    TestRows.range(from, to),
                                    missing -> {
                                        LockSupport.parkNanos(missing.size() * ROW_MS * 1_000_000);
                                        return Caches.ROWS.batch(missing);
                                    });
                    if (cache.stats().storedRows() == to && rows.rows() == BATCH) {
                        WriterPrograms.say("computed " + to);
                    }
                }
            }
        }
    }
}
