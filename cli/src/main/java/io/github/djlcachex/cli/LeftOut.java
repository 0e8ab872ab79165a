package io.github.djlcachex.cli;

import io.github.djlcachex.cache.FeatureCache;

import java.util.Arrays;

/** What a command that reads rows had to leave out: whole files, and single rows. */
final class LeftOut {

    private LeftOut() {}

    /** Tells whether files of a cache cannot be used, so that their rows are not seen at all. */
    static boolean hasFiles(FeatureCache... caches) {
        return files(caches) > 0;
    }

    private static long files(FeatureCache... caches) {
        return Arrays.stream(caches).mapToLong(cache -> cache.stats().skippedSegments()).sum();
    }

    /** Says on standard error what was left out; returns the exit code. */
    static int tell(Terminal terminal, long damagedRows, FeatureCache... caches) {
        long files = files(caches);
        if (files > 0) {
            terminal.error(
                    Figures.count(files, "file")
                            + " cannot be read: all rows of "
                            + (files == 1 ? "it" : "them")
                            + " are left out; see djlcachex verify");
        }
        if (damagedRows > 0) {
            terminal.error(Figures.count(damagedRows, "damaged row") + " left out");
        }
        return files + damagedRows == 0 ? ExitCode.OK : ExitCode.PROBLEMS;
    }
}
