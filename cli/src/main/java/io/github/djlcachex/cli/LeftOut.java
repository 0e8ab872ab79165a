package io.github.djlcachex.cli;

import io.github.djlcachex.cache.FeatureCache;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** What a command had to leave out: directories, whole files, and single rows. */
final class LeftOut {

    private LeftOut() {}

    private static long files(FeatureCache... caches) {
        return Arrays.stream(caches).mapToLong(cache -> cache.stats().skippedSegments()).sum();
    }

    /** Names modules and generations that may not be read; returns the exit code. */
    static int tell(Terminal terminal, List<Path> directories) {
        terminal.flush();
        for (Path directory : directories) {
            terminal.error("left out, no permission: " + Escapes.line(directory.toString()));
        }
        return directories.isEmpty() ? ExitCode.OK : ExitCode.IO;
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
