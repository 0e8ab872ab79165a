package io.github.djlcachex.cache;

import io.github.djlcachex.index.Address;
import io.github.djlcachex.index.RowIndex;
import io.github.djlcachex.io.LateErrors;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowCrc;
import io.github.djlcachex.segment.OpenSegment;
import io.github.djlcachex.segment.RowSource;
import io.github.djlcachex.segment.SegmentFile;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The reading of a batch: memory tier, then index, then the source; each row copied, then checked.
 *
 * <p>The copy is checked, never the mapping: CRC32C over a file that was truncated under its
 * mapping kills the JVM, and a row that was right when it was checked may be torn when it is
 * copied.
 */
final class Gatherer {

    private static final Logger logger = LoggerFactory.getLogger(Gatherer.class);

    private final CacheOptions options;
    private final SourceTable sources;
    private final Counters counters;
    private final Consumer<SegmentFile> onSuspect;

    Gatherer(
            CacheOptions options,
            SourceTable sources,
            Counters counters,
            Consumer<SegmentFile> onSuspect) {
        this.options = options;
        this.sources = sources;
        this.counters = counters;
        this.onSuspect = onSuspect;
    }

    /** Copies the rows that are there to their positions. */
    GatherResult gather(Generation.State state, Keys keys, RowBatch into) {
        return new Batch(state, keys, into).gather();
    }

    /** One call: its counts, and its checksum with views of its own over the batch. */
    private final class Batch {
        private final RowIndex index;
        private final MemoryTier tier;
        private final Keys keys;
        private final RowBatch into;
        private final RowCrc crc;
        private int[] missing = new int[0];
        private int misses;
        private int settled;
        private int memoryHits;
        private int pendingHits;
        private int diskHits;

        Batch(Generation.State state, Keys keys, RowBatch into) {
            this.index = state.index();
            this.tier = state.tier();
            this.keys = keys;
            this.into = into;
            this.crc = new RowCrc(into);
        }

        GatherResult gather() {
            boolean done = false;
            while (!done) {
                try {
                    copyRest();
                    LateErrors.arrive();
                    done = true;
                } catch (InternalError late) {
                    logger.debug("a read of a truncated file was reported late", late);
                    if (settled < keys.size()) {
                        miss();
                    }
                }
            }
            counters.memoryHits.add(memoryHits);
            counters.pendingHits.add(pendingHits);
            counters.diskHits.add(diskHits);
            counters.misses.add(misses);
            return new GatherResult(keys.size() - misses, Arrays.copyOf(missing, misses));
        }

        /** A row's InternalError may arrive here, after the row was found right or wrong. */
        private void copyRest() {
            while (settled < keys.size()) {
                if (copy(settled)) {
                    settled++;
                } else {
                    miss();
                }
            }
        }

        private void miss() {
            if (misses == missing.length) {
                missing = Arrays.copyOf(missing, Math.min(keys.size(), 2 * misses + 16));
            }
            missing[misses++] = settled++;
        }

        private boolean copy(int position) {
            if (tier.copy(keys, position, into)) {
                memoryHits++;
                return true;
            }
            long address = index.find(keys, position);
            RowSource source = address == Address.NONE ? null : sources.get(address);
            if (source instanceof OpenSegment open) {
                open.copyRow(Address.row(address), into, position);
                pendingHits++;
                return true;
            }
            return source instanceof SegmentFile file
                    && copyFromFile(file, Address.row(address), position);
        }

        private boolean copyFromFile(SegmentFile file, int row, int position) {
            if (file.isBad(row)) {
                return false;
            }
            try {
                int stored = file.copyRow(row, into, position);
                if (isChecked(file, row) || stored == crc.of(keys, position, position)) {
                    keep(file, row, position);
                    return true;
                }
                LateErrors.arrive();
                reject(file, row, null);
            } catch (IOException | InternalError e) {
                if (isSource(file, position)) { // and was not closed since, by clear or repair
                    reject(file, row, e);
                }
            }
            return false;
        }

        private boolean isSource(SegmentFile file, int position) {
            long address = index.find(keys, position);
            return address != Address.NONE && sources.get(address) == file;
        }

        private boolean isChecked(SegmentFile file, int row) {
            return !options.verifies() || (options.verifiesOnce() && file.isChecked(row));
        }

        private void keep(SegmentFile file, int row, int position) {
            diskHits++;
            if (options.verifiesOnce()) {
                file.markChecked(row);
            }
            if (!file.mapped()) {
                tier.put(keys, position, into);
            }
        }
    }

    private void reject(SegmentFile file, int row, @Nullable Throwable cause) {
        counters.corruptRows.increment();
        if (file.markBad(row)) {
            logger.warn(
                    "row {} of {} {}; it is a miss, and so is every other such row of the file",
                    row,
                    file.path(),
                    cause == null ? "is not what was written" : "cannot be read",
                    cause);
            onSuspect.accept(file);
        }
    }
}
