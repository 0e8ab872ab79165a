package io.github.djlcachex.cache;

import io.github.djlcachex.internal.io.FileStorage;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.store.LimitsFile;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.UnsupportedFormatException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * CacheDirectory is a directory with the caches of any number of modules: what {@link
 * FeatureCacheBuilder#directory} gets. Its methods need no open cache, and may be called while
 * caches in it are open in any process.
 *
 * <p>Each method throws {@link CacheIoException} if the directory cannot be read, or written where
 * it writes. Safe for use by many threads.
 */
public final class CacheDirectory {

    private final Path root;
    private final LimitsFile limits;

    private CacheDirectory(Path root, Storage storage) {
        this.root = root;
        this.limits = new LimitsFile(storage, root);
    }

    /**
     * Names a directory, which need not exist yet.
     *
     * @param directory the directory
     * @return access to it
     * @throws io.github.djlcachex.row.InvalidOptionException if it is null
     */
    public static CacheDirectory of(Path directory) {
        return new CacheDirectory(
                OptionRules.once("directory", null, directory), new FileStorage());
    }

    /**
     * Returns the directory.
     *
     * @return the path as it was given
     */
    public Path path() {
        return root;
    }

    /**
     * Returns the limits of the directory.
     *
     * @return the limits, or empty if it has none
     * @throws CorruptFileException if {@code limits.json} is damaged; processes that read it before
     *     go on with what they read
     * @throws UnsupportedFormatException if a newer version wrote it
     */
    public Optional<CacheLimits> limits() {
        return call("files that can be read", () -> limits.read().map(CacheLimits::new));
    }

    /**
     * Sets the limits, in the place of those that are there. Processes that have a cache open obey
     * them from the next segment on that they write. Nothing is removed before that.
     *
     * @param newLimits the limits
     * @throws io.github.djlcachex.row.InvalidOptionException if they are null
     * @throws UnsupportedFormatException if a newer version wrote those that are there
     */
    public void setLimits(CacheLimits newLimits) {
        CacheLimits given = OptionRules.once("limits", null, newLimits);
        call(
                "a directory to write to",
                () -> {
                    limits.write(given.limits());
                    return true;
                });
    }

    /**
     * Removes the limits, if there are any.
     *
     * @throws UnsupportedFormatException if a newer version wrote them
     */
    public void removeLimits() {
        call(
                "a directory to write to",
                () -> {
                    limits.remove();
                    return true;
                });
    }

    private interface Call<T> {
        T run() throws IOException;
    }

    private <T> T call(String expected, Call<T> call) {
        try {
            return call.run();
        } catch (IOException e) {
            throw new CacheIoException(
                    Problem.of(
                            root.toString(),
                            expected,
                            e.toString(),
                            "check the filesystem and the permissions, then try again",
                            e));
        }
    }

    @Override
    public String toString() {
        return "CacheDirectory[" + root + "]";
    }
}
