package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.index.Address;
import io.github.djlcachex.internal.segment.SegmentFile;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.function.Consumer;

/**
 * The rows that were read and may not be served: their bytes are damaged, or cannot be read now.
 *
 * <p>Rows of a file that a clear or a repair has closed meanwhile are neither; they do not count.
 * Safe for use by many threads.
 */
final class RejectedRows {

    private static final Logger logger = LoggerFactory.getLogger(RejectedRows.class);

    private final SourceTable sources;
    private final StoreCounters counters;
    private final Consumer<SegmentFile> onSuspect;

    /** Creates the rejection; {@code onSuspect} is told of a file's first damaged row. */
    RejectedRows(SourceTable sources, StoreCounters counters, Consumer<SegmentFile> onSuspect) {
        this.sources = sources;
        this.counters = counters;
        this.onSuspect = onSuspect;
    }

    /** Rejects a row for good: it is a miss from now on, and may be stored again. */
    void damaged(SegmentFile file, long address, @Nullable Throwable cause) {
        if (sources.get(address) == file) {
            markBad(file, Address.row(address), cause);
        }
    }

    private void markBad(SegmentFile file, int row, @Nullable Throwable cause) {
        counters.corruptRows.increment();
        if (file.markBad(row)) {
            logger.warn(
                    "row {} of {} is not what was written; it is a miss, and so is every other such"
                            + " row of the file",
                    row,
                    file.path(),
                    cause);
            onSuspect.accept(file);
        }
    }

    /** Counts a row that cannot be read now; its file is tried again. */
    void unreadable(SegmentFile file, long address, Throwable cause) {
        logger.trace("row {} of {} cannot be read now", Address.row(address), file.path(), cause);
        if (sources.get(address) == file) {
            counters.corruptRows.increment();
        }
    }
}
