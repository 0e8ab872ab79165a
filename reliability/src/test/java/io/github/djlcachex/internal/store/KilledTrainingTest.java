package io.github.djlcachex.internal.store;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.testing.Reliability;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.WatchedJvm;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * A training that nobody flushes is killed at random moments: what it keeps, and in how many files.
 */
@Tag("T29")
class KilledTrainingTest {

    private static final int KILLS = 12;
    private static final int MOST_SECONDS = 45;

    /** A third of the flush delay, and what a slow disk may take to write. */
    private static final long MOST_LOST_MS = 15_000;

    @TempDir Path scratch;

    @Test
    void training_killedAtRandomMoments_losesSecondsOfComputing() throws Exception {
        Reliability.prove("T29 killed training", KILLS, this::killOften);
    }

    private void killOften(Reliability line) throws Exception {
        Random moments = new Random(7);
        List<String> notes = new ArrayList<>();
        long mostLostMs = 0;
        long mostMs = line.seconds(MOST_SECONDS) * 1000;
        for (int i = 0; i < KILLS; i++) {
            Path directory = Files.createTempDirectory(scratch, "killed");
            long computed = killAfter(directory, 500 + moments.nextLong(mostMs));
            try (FeatureCache cache = Caches.at(directory).open()) {
                long kept = cache.rowCount();
                long lostMs = Math.max(0, computed - kept) * KilledTrainingProgram.ROW_MS;
                mostLostMs = Math.max(mostLostMs, lostMs);
                notes.add(kept + "/" + computed + " in " + files(directory));
                long found = Caches.rightHits(cache, cache.keys()); // which fails for a wrong row
                line.lost(kept - found + (lostMs > MOST_LOST_MS ? computed - kept : 0));
            }
            line.run();
        }
        line.note(
                "rows kept/computed in files, at "
                        + KilledTrainingProgram.ROW_MS
                        + " ms a row: "
                        + String.join(", ", notes)
                        + "; at most "
                        + mostLostMs
                        + " ms of computing lost");
    }

    private static int files(Path directory) {
        return TestFiles.below(directory, ".arrow").size();
    }

    /** Returns how many rows the program had computed and put when it was killed. */
    private long killAfter(Path directory, long ms) throws Exception {
        try (WatchedJvm child =
                WatchedJvm.in(scratch).start(KilledTrainingProgram.class, directory)) {
            child.awaitLine("ready");
            LockSupport.parkNanos(ms * 1_000_000);
            child.kill();
            return child.lastNumber("computed", 0);
        }
    }
}
