package io.github.djlcachex.cache;

import io.github.djlcachex.internal.check.FilesystemProbe;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.Problem;

import java.io.IOException;
import java.nio.file.Path;

/**
 * FilesystemCheck tests whether a filesystem does what a cache needs: renames and links that are
 * atomic, fsync, mappings, a second process that sees what the first has written, and room.
 *
 * <pre>{@code
 * FilesystemReport report = FilesystemCheck.run(directory);
 * report.findings().forEach(System.out::println);
 * }</pre>
 *
 * <p>It takes some seconds, and starts a second JVM for some of them. It writes below a new
 * directory {@code djlcachex-check-...} alone, at most 16 MiB, and deletes that. Caches in the
 * directory may be open meanwhile. What it sees of other hosts is what the mount's type and options
 * tell. Safe for use by many threads.
 */
public final class FilesystemCheck {

    private FilesystemCheck() {}

    /**
     * Checks the filesystem of a directory.
     *
     * @param directory a directory that exists and may be written to
     * @return what was seen
     * @throws io.github.djlcachex.row.InvalidOptionException if the directory is null
     * @throws CacheIoException if nothing can be created there
     */
    public static FilesystemReport run(Path directory) {
        Path given = OptionRules.once("directory", null, directory);
        try {
            return new FilesystemReport(FilesystemProbe.run(given));
        } catch (IOException e) {
            throw new CacheIoException(
                    Problem.of(
                            given.toString(),
                            "a directory to write to",
                            e.toString(),
                            "name a directory that exists and may be written to",
                            e));
        }
    }
}
