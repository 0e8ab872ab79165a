package io.github.djlcachex.internal.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import io.github.djlcachex.internal.index.IndexSnapshotWriter;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.segment.Discarded;
import io.github.djlcachex.internal.segment.SegmentName;
import io.github.djlcachex.internal.segment.WriterId;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Writes the index snapshot when many rows are outside it: in a thread of its own, and at close.
 *
 * <p>It is derived and disposable, so that nothing is lost when its writing fails or is given up.
 * One process at a time writes: a temporary file is the claim, and of two the smaller name stays.
 * The new file takes the old one's name by a rename; who has the old one open keeps it.
 */
final class IndexSnapshotter {

    private static final Logger logger = LoggerFactory.getLogger(IndexSnapshotter.class);
    private static final int MIN_PART_BYTES = 1 << 20;
    private static final int MAX_PART_BYTES = 256 << 20;

    private final StoreOptions options;
    private final Storage storage;
    private final StorePaths paths;
    private final Generation generation;
    private final Catalog catalog;
    private final WriterId writer;
    private final DaemonThread thread;
    private volatile boolean enabled;
    private volatile long failedAtRows = -1;
    private volatile boolean warned;
    private long sequence;

    @GuardedBy("this") private boolean requested;

    private volatile boolean stopped;
    private volatile long deadline;

    IndexSnapshotter(
            String name,
            StoreOptions options,
            Storage storage,
            StorePaths paths,
            Generation generation,
            Catalog catalog,
            WriterId writer) {
        this.options = options;
        this.storage = storage;
        this.paths = paths;
        this.generation = generation;
        this.catalog = catalog;
        this.writer = writer;
        this.thread = new DaemonThread(name, this::run);
    }

    /** Has a first user that may write. */
    void enable() {
        enabled = true;
        wake();
    }

    /** Starts the writing if it is due. */
    void wake() {
        if (isDue()) {
            synchronized (this) {
                requested = true;
                if (!stopped) {
                    thread.startIfNeeded();
                }
                notifyAll();
            }
        }
    }

    /**
     * One that failed, or that another process replaced, is tried again when twice as many rows are
     * outside it.
     */
    private boolean isDue() {
        return enabled
                && options.indexSnapshotRows() > 0
                && catalog.isSnapshotDue(options.indexSnapshotRows(), stopped)
                && isWorthATry(catalog.uncoveredRows());
    }

    /** At close it always is; and when there are fewer rows than then, a clear was in between. */
    private boolean isWorthATry(long uncoveredRows) {
        return stopped || uncoveredRows > 2 * failedAtRows || uncoveredRows < failedAtRows;
    }

    private void run() {
        while (awaitRequest()) {
            if (isDue()) {
                write(true, () -> stopped && System.nanoTime() - deadline > 0);
            }
        }
    }

    private synchronized boolean awaitRequest() {
        while (!requested && !stopped) {
            try {
                wait();
            } catch (InterruptedException e) {
                return false; // nobody but the end of the JVM would interrupt it
            }
        }
        requested = false;
        return !stopped;
    }

    /** Ends the thread, and writes at last if it is due, as long as there is time. */
    void stop(long timeoutMs) {
        deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        synchronized (this) {
            stopped = true;
            notifyAll();
        }
        thread.join(timeoutMs);
        if (isDue()) {
            write(false, () -> System.nanoTime() - deadline > 0);
        }
    }

    private void write(boolean takeIt, BooleanSupplier cancelled) {
        try {
            tryWrite(takeIt, cancelled);
        } catch (IndexSnapshotWriter.GivenUpException e) {
            failedAtRows = catalog.uncoveredRows();
            logger.debug("another process writes the snapshot, or there is no time for it", e);
        } catch (IOException | RuntimeException | Error e) {
            failedAtRows = catalog.uncoveredRows();
            warn(e);
        }
    }

    /** A disk that stays full fails each: one warning until one was written. */
    private void warn(Throwable failure) {
        if (!warned) {
            warned = true;
            logger.warn(
                    "no index snapshot in {} ({}); opening takes longer",
                    paths.index(),
                    failure.toString());
        }
        logger.debug("no index snapshot in {}", paths.index(), failure);
    }

    private void tryWrite(boolean takeIt, BooleanSupplier cancelled) throws IOException {
        Generation.State state = generation.state();
        List<SegmentKeySource> files = catalog.coverable();
        if (state == null || files.isEmpty() || cancelled.getAsBoolean()) {
            return;
        }
        storage.createDurably(paths.index());
        SegmentName claim = new SegmentName(writer, sequence++);
        Path temporary = paths.index().resolve(claim.temporaryFile());
        try {
            new IndexSnapshotWriter(
                            state.contract().keyType(),
                            state.contract().hashSeed(),
                            files,
                            partBytes(),
                            () -> cancelled.getAsBoolean() || isAnotherFirst(claim))
                    .write(storage, temporary);
            Discarded.replace(storage, temporary, paths.snapshot());
            storage.forceDirectory(paths.index());
            warned = false;
        } finally {
            removeIfThere(temporary);
        }
        boolean served = !takeIt || catalog.takeSnapshot(files);
        failedAtRows = served ? -1 : catalog.uncoveredRows();
    }

    private static int partBytes() {
        long eighth = Runtime.getRuntime().maxMemory() / 8;
        return (int) Math.max(MIN_PART_BYTES, Math.min(MAX_PART_BYTES, eighth));
    }

    private boolean isAnotherFirst(SegmentName claim) {
        try {
            return new SnapshotClaims(storage, paths.index()).isAnotherFirst(claim);
        } catch (IOException e) {
            return true;
        }
    }

    private void removeIfThere(Path temporary) throws IOException {
        if (storage.list(paths.index()).contains(String.valueOf(temporary.getFileName()))) {
            storage.delete(temporary);
        }
    }
}
