package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.index.Address;
import io.github.djlcachex.internal.index.RowIndex;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.segment.Contract;
import io.github.djlcachex.internal.segment.OpenSegment;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * CompactionCopy copies the rows of some files to one segment on the heap, with the checksums that
 * are stored with them.
 *
 * <p>Of duplicates the first one is copied, and the decision is by the copied rows alone: the index
 * of the store leads to copies in other files, which another compactor may be about to drop. For
 * one thread.
 */
final class CompactionCopy {

    /** Told so often whether to end: after so many rows. */
    private static final int ROWS_BETWEEN_LOOKS = 256;

    /** An input that cannot be copied: it stays, and the others are copied without it. */
    static final class BadInputException extends IOException {

        private static final long serialVersionUID = 1L;

        private final transient CompactionInput input;

        BadInputException(CompactionInput input, String problem, @Nullable Throwable cause) {
            super(problem, cause);
            this.input = input;
        }

        CompactionInput input() {
            return input;
        }
    }

    /** A copy that was told to end. */
    static final class GivenUpException extends IOException {

        private static final long serialVersionUID = 1L;

        GivenUpException() {
            super("there is no time for a compaction");
        }
    }

    private final Storage storage;
    private final BooleanSupplier cancelled;
    private final OpenSegment copy;
    private final RowIndex copied;
    private int looks;

    CompactionCopy(Storage storage, Contract contract, int maxRows, BooleanSupplier cancelled) {
        this.storage = storage;
        this.cancelled = cancelled;
        this.copy = new OpenSegment(contract, OpenSegment.MAX_BYTES, maxRows, System.nanoTime());
        this.copied =
                RowIndex.create(
                        contract.keyType(),
                        contract.hashSeed(),
                        (address, keys, position) ->
                                copy.hasKey(Address.row(address), keys, position));
    }

    /** The rows that were copied. */
    OpenSegment segment() {
        return copy;
    }

    /**
     * Copies the rows of some files.
     *
     * @param tombstones those whose rows are left out
     * @throws BadInputException if one of them has a damaged row or cannot be read
     * @throws GivenUpException if it was told to end
     */
    void copy(List<CompactionInput> inputs, AppliedTombstones tombstones) throws IOException {
        for (CompactionInput input : inputs) {
            try {
                copy(input, tombstones.deadIn(input));
            } catch (GivenUpException | BadInputException e) {
                throw e;
            } catch (IOException | CacheException e) {
                throw new BadInputException(input, "it cannot be read: " + e, e);
            }
        }
    }

    private void copy(CompactionInput input, DeadRows dead) throws IOException {
        IntStream.Builder bad = IntStream.builder();
        SegmentFile.Opened opened = open(input);
        try (SegmentFile file = opened.file()) {
            Keys keys = opened.keys();
            RowScan.scan(
                    file,
                    keys,
                    (row, batch, crc) -> {
                        lookForEnd();
                        if (!dead.isDead(keys, row)) {
                            addFirst(keys, row, batch, crc);
                        }
                    },
                    bad::add);
        }
        Set<Integer> badRows = bad.build().boxed().collect(Collectors.toSet());
        if (!badRows.isEmpty()) {
            markBad(input, badRows);
            throw new BadInputException(input, "it has a damaged row: repair the cache", null);
        }
    }

    private SegmentFile.Opened open(CompactionInput input) throws IOException {
        return SegmentFile.openToScan(storage, input.file().path(), input.file().name());
    }

    /** A row that is wrong twice, from the file opened anew, is damaged, as for any reader. */
    private void markBad(CompactionInput input, Set<Integer> badRows) throws IOException {
        SegmentFile.Opened opened = open(input);
        try (SegmentFile file = opened.file()) {
            RowScan.scan(
                    file,
                    opened.keys(),
                    (row, batch, crc) -> {},
                    row -> {
                        if (badRows.contains(row)) {
                            input.file().markBad(row);
                        }
                    });
        }
    }

    private void lookForEnd() throws GivenUpException {
        if (looks++ % ROWS_BETWEEN_LOOKS == 0 && cancelled.getAsBoolean()) {
            throw new GivenUpException();
        }
    }

    private void addFirst(Keys keys, int row, RowBatch batch, int crc) throws IOException {
        if (copied.find(keys, row) == Address.NONE) {
            if (!copy.hasRoomFor(batch, 0)) {
                throw new IOException("the rows of a compaction take more than was planned");
            }
            copied.put(keys, row, Address.of(0, copy.append(keys, row, batch, 0, crc)));
        }
    }
}
