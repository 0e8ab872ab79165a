package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.io.Interrupts;
import io.github.djlcachex.internal.io.ProcessIdentity;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.segment.WriterId;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The marks that a store which writes leaves in its generation: the file {@code used}, whose time
 * is that of the last use, and a file in {@code open}, which names its process, for as long as the
 * store is open.
 *
 * <p>The marks are hints for those who remove generations, and no promise depends on them. They are
 * not forced, and a mark that cannot be written is left out. A store that only reads leaves none.
 */
final class UseMarks {

    static final String USED = "used";

    private static final Logger logger = LoggerFactory.getLogger(UseMarks.class);

    /** A mark of another host counts for this time after it was last written. */
    private static final long COUNTS_MS = TimeUnit.DAYS.toMillis(2);

    private static final long MAX_AGE_MS = TimeUnit.DAYS.toMillis(30);
    private static final long TOUCH_MS = TimeUnit.DAYS.toMillis(1);

    private final Storage storage;
    private final StorePaths paths;
    private final Maintenance.Task daily;
    private volatile boolean marked;
    private @Nullable Path mark; // guarded by the monitor

    UseMarks(Storage storage, StorePaths paths, Maintenance maintenance) {
        this.storage = storage;
        this.paths = paths;
        this.daily = maintenance.add("mark " + paths.generation() + " as used", this::touchDaily);
    }

    /** Marks the generation as used and open, and removes the marks of dead processes. */
    void opened() {
        marked = true;
        touch();
        attempt(
                () -> {
                    removeLeftovers(storage, paths.open());
                    return true;
                });
        daily.scheduleIn(TOUCH_MS);
    }

    private void touchDaily() {
        touch();
        daily.scheduleIn(TOUCH_MS);
    }

    /** Marks the generation again, as after its directories were deleted. */
    synchronized void touch() {
        attempt(
                () -> {
                    OpenStores.checkNoLinks(paths); // one may have been put there meanwhile
                    write(paths.generation().resolve(USED));
                    storage.createDirectory(paths.open());
                    markOpen();
                    return true;
                });
    }

    /** Marks the generation as used now, and as open by this store no more. */
    synchronized void closed() {
        if (marked) {
            attempt(
                    () -> {
                        OpenStores.checkNoLinks(paths);
                        write(paths.generation().resolve(USED));
                        removeMark();
                        return true;
                    });
        }
    }

    /** Makes the new mark before the old one goes, so that there is one at any time. */
    private void markOpen() throws IOException {
        Path next = paths.open().resolve(WriterId.draw().toString());
        storage.create(next).close();
        removeMark();
        mark = next;
    }

    private void removeMark() throws IOException {
        Path old = mark;
        if (old != null) {
            mark = null;
            storage.deleteIfExists(old);
        }
    }

    /**
     * Makes an empty file anew, so that the filesystem gives the time. A temporary file would be
     * left where its removal fails.
     */
    private void write(Path file) throws IOException {
        storage.deleteIfExists(file);
        storage.create(file).close();
    }

    private void attempt(Interrupts.IoCall<Boolean> call) {
        try {
            Interrupts.shield(call);
        } catch (IOException | RuntimeException e) {
            logger.debug("{} is not marked as used", paths.generation(), e);
        }
    }

    private static void removeLeftovers(Storage storage, Path open) throws IOException {
        long nowMs = System.currentTimeMillis();
        for (String name : storage.list(open)) {
            Optional<ProcessIdentity> process = WriterId.parse(name).map(WriterId::process);
            if (process.isPresent() && isLeftover(storage, open, name, process.get(), nowMs)) {
                storage.deleteIfExists(open.resolve(name));
            }
        }
    }

    private static boolean isLeftover(
            Storage storage, Path open, String name, ProcessIdentity process, long nowMs)
            throws IOException {
        ProcessIdentity observer = ProcessIdentity.current();
        return process.isGone(observer)
                || (!process.isAlive(observer)
                        && nowMs - storage.lastModifiedMs(open.resolve(name)) > MAX_AGE_MS);
    }

    /**
     * Tells whether a store has a generation open for writing: in a live process of this host, or
     * by a mark of the last two days in one that cannot be asked.
     */
    static boolean isInUse(Storage storage, Path generation, long nowMs) throws IOException {
        ProcessIdentity observer = ProcessIdentity.current();
        Path open = generation.resolve(StorePaths.OPEN);
        for (String name : storage.list(open)) {
            Optional<ProcessIdentity> process = WriterId.parse(name).map(WriterId::process);
            if (process.isPresent() && !process.get().isGone(observer)) {
                if (process.get().isAlive(observer) || isRecent(storage, open, name, nowMs)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** A mark of the future counts: its host's clock may be wrong. */
    private static boolean isRecent(Storage storage, Path open, String name, long nowMs)
            throws IOException {
        try {
            return nowMs - storage.lastModifiedMs(open.resolve(name)) < COUNTS_MS;
        } catch (NoSuchFileException e) {
            return false; // closed meanwhile
        }
    }
}
