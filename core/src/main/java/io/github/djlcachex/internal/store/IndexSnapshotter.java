package io.github.djlcachex.internal.store;

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
 * Writes the index snapshot when many rows are outside it: as a task of the maintenance, and at
 * close.
 *
 * <p>The snapshot is derived, so nothing is lost when writing it fails or is given up. Of two
 * processes that write at once the one whose temporary file has the smaller name continues. The new
 * file is renamed over the old one; a process that has the old one open keeps it.
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
    private final SnapshotPolicy policy;
    private final WriterId writer;
    private final Maintenance.Task task;
    private volatile boolean enabled;
    private volatile long failedAtRows = -1;
    private volatile boolean warned;
    private long sequence;

    private volatile boolean closing;
    private volatile long deadline;

    IndexSnapshotter(
            Maintenance maintenance,
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
        this.policy = catalog.snapshotPolicy();
        this.writer = writer;
        this.task = maintenance.add("write the index snapshot", this::writeIfDue);
    }

    /** Lets snapshots be written, from the first user on that may write. */
    void enable() {
        enabled = true;
        wake();
    }

    /** Has the snapshot written soon, if it is due. */
    void wake() {
        if (isDue()) {
            task.scheduleIn(0);
        }
    }

    private boolean isDue() {
        return enabled
                && options.indexSnapshotRows() > 0
                && policy.isDue(options.indexSnapshotRows(), closing)
                && isWorthATry(policy.uncoveredRows());
    }

    /**
     * After a failure, tries again only once the rows outside have doubled, or are fewer, since
     * then a clear was in between. At close, always tries.
     */
    private boolean isWorthATry(long uncoveredRows) {
        return closing || uncoveredRows > 2 * failedAtRows || uncoveredRows < failedAtRows;
    }

    private void writeIfDue() {
        if (isDue()) {
            write(true, () -> closing && System.nanoTime() - deadline > 0);
        }
    }

    /** Tells a write that is under way, and the last one, when to give up. */
    void closeWithin(long timeoutMs) {
        deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        closing = true;
    }

    /** Writes the snapshot at close if it is due; after {@link #closeWithin}. */
    void writeLast() {
        if (isDue()) {
            write(false, () -> System.nanoTime() - deadline > 0);
        }
    }

    /** Writes the snapshot in the place of one that is there, since its files are about to go. */
    void cover(BooleanSupplier cancelled) throws IOException {
        boolean wanted = enabled && options.indexSnapshotRows() > 0;
        if (wanted && (isDue() || paths.hasSnapshot(storage))) {
            write(true, cancelled);
        }
    }

    private synchronized void write(boolean adopt, BooleanSupplier cancelled) {
        try {
            tryWrite(adopt, cancelled);
        } catch (IndexSnapshotWriter.GivenUpException e) {
            failedAtRows = policy.uncoveredRows();
            logger.debug("another process writes the snapshot, or there is no time for it", e);
        } catch (IOException | RuntimeException | Error e) {
            failedAtRows = policy.uncoveredRows();
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

    private void tryWrite(boolean adopt, BooleanSupplier cancelled) throws IOException {
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
            storage.deleteIfExists(temporary);
        }
        boolean served = !adopt || catalog.adoptSnapshot(files);
        failedAtRows = served ? -1 : policy.uncoveredRows();
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
}
