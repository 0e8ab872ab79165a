package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.segment.OpenSegment;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.internal.segment.SegmentName;
import io.github.djlcachex.internal.segment.SegmentWriter;
import io.github.djlcachex.internal.segment.WriterId;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.function.BooleanSupplier;

/**
 * The writing of sealed segments, on one thread, in the order in which they were sealed.
 *
 * <p>Publish order of a segment: its rows are readable from the heap since they were put; the file
 * is written, committed and opened again, or later if that fails; its source number is given to the
 * file; its rows are counted as persisted; the threads that wait for it go on; its memory is for
 * other rows. A segment that failed is tried once more under a new name; then its rows are lost:
 * the memory tier takes what it has room for, the number is given to nothing, and they are counted.
 */
final class Flusher {

    /** The room for segments in the cache directory. */
    interface Room {

        /** Room for any segment. */
        Room UNLIMITED =
                new Room() {
                    @Override
                    public void check(OpenSegment segment) {}

                    @Override
                    public void wrote(long fileBytes) {}
                };

        /** Refuses a segment that does not fit. */
        void check(OpenSegment segment) throws OverLimitException;

        /** Counts a file that was written. */
        void wrote(long fileBytes);
    }

    private static final Logger logger = LoggerFactory.getLogger(Flusher.class);

    private final WriterId writer;
    private final SegmentWriter segmentWriter;
    private final Catalog catalog;
    private final SourceTable sources;
    private final IndexUpdater rows;
    private final FlushTotals flushTotals;
    private final RefusedRows refused;
    private final BooleanSupplier restoreDirectories;
    private final Room space;
    private long sequence;
    private boolean failing;

    /**
     * Creates the writing.
     *
     * @param restoreDirectories called when a segment's directory is gone, before the second try
     * @param space refuses a segment that the limits have no room for
     */
    Flusher(
            WriterId writer,
            SegmentWriter segmentWriter,
            Catalog catalog,
            SourceTable sources,
            IndexUpdater rows,
            FlushTotals flushTotals,
            RefusedRows refused,
            BooleanSupplier restoreDirectories,
            Room space) {
        this.writer = writer;
        this.segmentWriter = segmentWriter;
        this.catalog = catalog;
        this.sources = sources;
        this.rows = rows;
        this.flushTotals = flushTotals;
        this.refused = refused;
        this.restoreDirectories = restoreDirectories;
        this.space = space;
    }

    /** Writes a segment, or gives its rows up; returns whether it was written. Never throws. */
    boolean write(FlushQueue.Job job) {
        try {
            space.check(job.segment());
        } catch (OverLimitException e) {
            lose(job, e);
            return false;
        } catch (RuntimeException | Error e) { // such as for want of memory
            logger.debug("the limits were not checked", e);
        }
        Throwable first = tryWrite(job);
        if (first instanceof NoSuchFileException && !restoreDirectories.getAsBoolean()) {
            logger.debug("the segments directory is gone, and cannot be made again");
        }
        Throwable second = first == null ? null : tryWrite(job);
        if (second == null) {
            return true;
        }
        if (second != first) { // the JVM has one OutOfMemoryError for all that come late
            second.addSuppressed(first);
        }
        lose(job, second);
        return false;
    }

    /** Writes a segment under a new name; returns what went wrong, or null. */
    private @Nullable Throwable tryWrite(FlushQueue.Job job) {
        SegmentName name = new SegmentName(writer, sequence++);
        try {
            commit(job, name);
            return null;
        } catch (Throwable e) {
            catalog.withdraw(name);
            return e;
        }
    }

    private void commit(FlushQueue.Job job, SegmentName name) throws IOException {
        long beginNanos = System.nanoTime();
        catalog.announce(name);
        SegmentWriter.Committed committed =
                segmentWriter.commit(job.segment(), name, System.currentTimeMillis());
        SegmentFile file = catalog.openOwn(name, committed.proof());
        space.wrote(committed.fileBytes());
        sources.replace(job.source(), file);
        catalog.addOwn(file, job.segment().keys());
        flushTotals.persisted(file.rows(), committed.fileBytes(), System.nanoTime() - beginNanos);
        failing = false;
        refused.storeAgainSoon();
    }

    private void lose(FlushQueue.Job job, Throwable failure) {
        refused.keep(job.segment()); // before they go, so that a reader finds them all the time
        sources.replace(job.source(), null);
        rows.countLost(job.segment().rows());
        flushTotals.lost(job.segment().rows(), failure);
        warn(job.segment().rows(), failure);
    }

    /** A disk that stays full fails every segment: one warning until one was written. */
    private void warn(int rows, Throwable failure) {
        if (!failing) {
            failing = true;
            logger.warn(
                    "{} rows could not be written ({}); they stay in memory as far as the memory"
                            + " tier has room, and training goes on. Later ones are counted,"
                            + " without a warning, until rows are written again",
                    rows,
                    failure.toString());
        }
        logger.debug("{} rows could not be written", rows, failure);
    }
}
