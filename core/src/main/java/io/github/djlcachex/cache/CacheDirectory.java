package io.github.djlcachex.cache;

import io.github.djlcachex.internal.io.FileStorage;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.store.GenerationRemoval;
import io.github.djlcachex.internal.store.Generations;
import io.github.djlcachex.internal.store.LimitsFile;
import io.github.djlcachex.internal.store.TreeUse;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.UnsupportedFormatException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * CacheDirectory is a directory with the caches of any number of modules: what {@link
 * FeatureCacheBuilder#directory} gets. Its methods need no open cache, and may be called while
 * caches in it are open in any process.
 *
 * <p>Each method throws {@link CacheIoException} if the directory cannot be read, or written where
 * it writes. Safe for use by many threads.
 */
public final class CacheDirectory {

    private static final Logger logger = LoggerFactory.getLogger(CacheDirectory.class);

    private static final String READABLE = "files that can be read";
    private static final String WRITABLE = "a directory to write to";

    private final Path root;
    private final Storage storage;
    private final LimitsFile limits;

    private CacheDirectory(Path root, Storage storage) {
        this.root = root;
        this.storage = storage;
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
        return call(READABLE, () -> limits.read().map(CacheLimits::new));
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
                WRITABLE,
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
                WRITABLE,
                () -> {
                    limits.remove();
                    return true;
                });
    }

    /**
     * Returns the size of all files. Asks the filesystem for each of them.
     *
     * @return the sizes, all 0 if there is no directory yet
     */
    public DiskUsage usage() {
        return call(READABLE, () -> new DiskUsage(TreeUse.of(root)));
    }

    /**
     * Returns the generations of all modules. Opens each segment, to learn its rows. Those that
     * this user may not read, in a directory that several share, are left out with a line of log.
     *
     * @return the generations, in the order of their directories' names
     */
    public List<GenerationInfo> generations() {
        return generations(path -> logger.warn("left out {}: no permission to read it", path));
    }

    /**
     * Returns the generations of all modules, and tells which are left out.
     *
     * @param leftOut gets the directory of each module and generation that this user may not read
     * @return the others, in the order of their directories' names
     */
    public List<GenerationInfo> generations(Consumer<Path> leftOut) {
        return call(
                READABLE,
                () ->
                        new Generations(storage, root)
                                .facts(leftOut).stream().map(GenerationInfo::new).toList());
    }

    /**
     * Removes generations that no process uses, with what belongs to them. What is not of this
     * library, links, and what a newer version wrote stays; the report says what and why.
     *
     * <p>A process on this host that has a generation open for writing keeps it, and so does one of
     * another host that has marked it in the last two days. One that only reads does not: the rows
     * become misses to it. A writer that was not seen goes on in a directory that it makes again;
     * what it writes after the removal is kept.
     *
     * @param filter which generations are to go
     * @return what was removed and kept
     * @throws io.github.djlcachex.row.InvalidOptionException if the filter is null
     */
    public HygieneReport removeGenerations(GenerationFilter filter) {
        GenerationFilter given = OptionRules.once("filter", null, filter);
        return call(
                WRITABLE,
                () ->
                        new HygieneReport(
                                GenerationRemoval.run(
                                        storage, root, given.choice(), given.isDryRun())));
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
