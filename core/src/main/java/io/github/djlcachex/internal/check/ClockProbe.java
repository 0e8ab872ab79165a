package io.github.djlcachex.internal.check;

import io.github.djlcachex.cache.FilesystemTrait;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Holds the time of a new file against the system's clock. */
final class ClockProbe {

    private static final FilesystemTrait TRAIT = FilesystemTrait.CLOCK;
    private static final long GRAIN_MS = 2_000; // of FAT
    private static final long MOST_MS = TimeUnit.HOURS.toMillis(1);

    private final CheckFiles files;

    ClockProbe(CheckFiles files) {
        this.files = files;
    }

    Finding run() throws IOException {
        long before = System.currentTimeMillis();
        Path file = files.write("clock", 1, 1);
        long after = System.currentTimeMillis();
        long time = files.storage().lastModifiedMs(file);
        long aheadMs = time > after ? time - after : 0;
        long offMs = Math.max(aheadMs, before - time);
        if (offMs <= GRAIN_MS) {
            return Finding.good(TRAIT, "files are dated by the system's clock");
        }
        String observed =
                "files are dated "
                        + TimeUnit.MILLISECONDS.toSeconds(offMs)
                        + (aheadMs > 0 ? " s after" : " s before")
                        + " the system's clock";
        String advice =
                "set the clocks of this host and of the server: files in use, leftovers and the age"
                        + " of generations are told by them";
        return offMs < MOST_MS
                ? Finding.note(TRAIT, observed, advice)
                : Finding.problem(TRAIT, observed, advice);
    }
}
