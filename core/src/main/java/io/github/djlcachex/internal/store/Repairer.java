package io.github.djlcachex.internal.store;

import io.github.djlcachex.cache.SegmentCondition;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.segment.Contract;
import io.github.djlcachex.internal.segment.Lineage;
import io.github.djlcachex.internal.segment.OpenSegment;
import io.github.djlcachex.internal.segment.SegmentDraft;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.internal.segment.SegmentName;
import io.github.djlcachex.internal.segment.SegmentWriter;
import io.github.djlcachex.internal.segment.WriterId;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The repair of a generation's files; nothing is ever deleted.
 *
 * <p>Order, so that a crash at any moment costs no row: the intact rows of a damaged file are
 * committed in new segments, as any rows are; this process takes them up; the damaged file is moved
 * aside; this process lets go of it. Until the last step a row may be in two files, which is what
 * two writers leave too.
 */
final class Repairer {

    private static final Logger logger = LoggerFactory.getLogger(Repairer.class);

    private final Storage storage;
    private final StorePaths paths;
    private final Generation generation;
    private final Catalog catalog;
    private final long segmentBytes;
    private final WriterId writer = WriterId.draw();
    private long sequence;

    Repairer(
            Storage storage,
            StorePaths paths,
            Generation generation,
            Catalog catalog,
            long segmentBytes) {
        this.storage = storage;
        this.paths = paths;
        this.generation = generation;
        this.catalog = catalog;
        this.segmentBytes = segmentBytes;
    }

    RepairedGeneration repair(VerifyPlan.Progress told) throws IOException {
        RepairProgress progress = new RepairProgress(told);
        Verifier verifier = new Verifier(storage, paths, generation);
        CheckedGeneration found = verifier.verify(new VerifyPlan(1, progress));
        generation.restore();
        List<Path> movedTo = new ArrayList<>();
        long savedRows = 0;
        Map<SegmentName, Long> suspects = suspects(found);
        suspects.values().forEach(progress::expect);
        for (Map.Entry<SegmentName, Long> suspect : suspects.entrySet()) {
            // Once more: the report may be hours old, or have seen a file before its last bytes.
            CheckedSegment check = verifier.check(suspect.getKey()).orElse(null);
            if (check != null && check.isDamaged()) {
                try {
                    if (check.condition() == SegmentCondition.DAMAGED_ROWS) {
                        savedRows += saveIntactRows(check.file());
                    }
                    moveAside(check, verifier).ifPresent(movedTo::add);
                } catch (NoSuchFileException e) {
                    checkMovedByAnother(check.file(), e);
                }
            }
            progress.readAgain(suspect.getValue());
        }
        return new RepairedGeneration(found, movedTo, savedRows);
    }

    /** The files that are not intact, with their sizes in bytes. */
    private Map<SegmentName, Long> suspects(CheckedGeneration found) throws IOException {
        Map<SegmentName, Long> suspects = new LinkedHashMap<>();
        for (CheckedSegment segment : found.segments()) {
            if (segment.condition() != SegmentCondition.INTACT) {
                SegmentName name = Verifier.nameOf(segment.file());
                suspects.put(name, VerifyPlan.bytes(paths.segments(), name));
            }
        }
        return suspects;
    }

    /** Two repairs at once save the same rows twice, and one of them moves the file. */
    private void checkMovedByAnother(Path file, NoSuchFileException failure) throws IOException {
        String fileName = file.getFileName().toString();
        if (storage.list(paths.segments()).contains(fileName)) {
            throw failure; // something else is gone
        }
        logger.info("{} is gone: another repair has moved it", file);
        catalog.refresh(); // for the rows that it has saved
        catalog.remove(Set.of(fileName));
    }

    private long saveIntactRows(Path damaged) throws IOException {
        try (Saving saving = new Saving()) {
            SegmentFile.Opened opened =
                    SegmentFile.open(storage, damaged, Verifier.nameOf(damaged), false);
            try (SegmentFile file = opened.file()) {
                saving.open(file);
                Keys keys = opened.keys();
                RowScan.scan(
                        file,
                        keys,
                        (row, copy, crc) -> saving.add(keys.select(new int[] {row}), copy, crc),
                        row -> markServedBad(file.name(), row));
                saving.commitLast();
            }
            catalog.refresh();
            return saving.savedRows;
        }
    }

    /** So that duplicates are preferred to a row that this process serves. */
    private void markServedBad(SegmentName name, int row) {
        for (SegmentFile served : catalog.files()) {
            if (served.name().equals(name)) {
                served.markBad(row);
            }
        }
    }

    /** Moves a file; gives it back if it is whole at its new path: it was seen too early. */
    private Optional<Path> moveAside(CheckedSegment check, Verifier verifier) throws IOException {
        storage.createDurably(paths.damaged());
        Path target = paths.damaged().resolve(freeName(check.file().getFileName().toString()));
        storage.rename(check.file(), target);
        Optional<CheckedSegment> moved = verifier.check(target, Verifier.nameOf(check.file()));
        if (moved.isPresent() && moved.get().condition() == SegmentCondition.INTACT) {
            storage.rename(target, check.file());
            storage.forceDirectory(paths.segments());
            return Optional.empty();
        }
        storage.forceDirectory(paths.damaged());
        storage.forceDirectory(paths.segments());
        catalog.remove(Set.of(check.file().getFileName().toString()));
        logger.warn("moved {} to {}: {}", check.file(), target, check.problem());
        return Optional.of(target);
    }

    /** A file that was put back and damaged again does not replace its first copy. */
    private String freeName(String fileName) throws IOException {
        List<String> taken = storage.list(paths.damaged());
        String free = fileName;
        for (int i = 1; taken.contains(free); i++) {
            free = fileName + "." + i;
        }
        return free;
    }

    /**
     * Rows on their way to new segments.
     *
     * <p>A draft is there before the damaged file is read, and the next one before the one before
     * is committed: so no tombstone that may touch these rows is removed meanwhile. Removed rows
     * are copied like others, and stay removed by what their segment is derived from.
     */
    private final class Saving implements Closeable {
        private final SegmentWriter segmentWriter =
                new SegmentWriter(storage, paths.segments(), true);
        private SegmentDraft draft = begin();
        private @Nullable OpenSegment open;
        private Lineage lineage = Lineage.none(0);
        private long savedRows;

        Saving() throws IOException {}

        private SegmentDraft begin() throws IOException {
            return segmentWriter.begin(new SegmentName(writer, sequence++));
        }

        void open(SegmentFile damaged) throws IOException {
            lineage = damaged.lineage().ofCopy(damaged.name());
            open = newSegment(damaged.contract());
        }

        private OpenSegment newSegment(Contract contract) {
            return new OpenSegment(contract, segmentBytes, Integer.MAX_VALUE, System.nanoTime());
        }

        void add(Keys key, RowBatch row, int crc) throws IOException {
            OpenSegment target = Objects.requireNonNull(open);
            if (!target.hasRoomFor(row, 0)) {
                SegmentDraft full = draft;
                draft = begin();
                commit(full, target);
                target = newSegment(target.contract());
                open = target;
            }
            target.append(key, row, 0, crc);
        }

        void commitLast() throws IOException {
            OpenSegment last = open;
            if (last != null && last.rows() > 0) {
                commit(draft, last);
            }
        }

        private void commit(SegmentDraft committed, OpenSegment rows) throws IOException {
            try (committed) {
                committed.commit(rows, System.currentTimeMillis(), lineage);
            }
            savedRows += rows.rows();
        }

        @Override
        public void close() throws IOException {
            draft.close();
        }
    }
}
