package io.github.djlcachex.internal.store;

import io.github.djlcachex.cache.SegmentCondition;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.segment.Contract;
import io.github.djlcachex.internal.segment.OpenSegment;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.internal.segment.SegmentName;
import io.github.djlcachex.internal.segment.SegmentWriter;
import io.github.djlcachex.internal.segment.WriterId;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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

    RepairedGeneration repair() throws IOException {
        Verifier verifier = new Verifier(storage, paths, generation);
        CheckedGeneration found = verifier.verify();
        generation.restore();
        List<Path> movedTo = new ArrayList<>();
        long savedRows = 0;
        for (CheckedSegment earlier : found.segments()) {
            if (earlier.condition() == SegmentCondition.INTACT) {
                continue;
            }
            // Once more: the report may be hours old, or have seen a file before its last bytes.
            CheckedSegment check = verifier.check(Verifier.nameOf(earlier.file())).orElse(null);
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
        }
        return new RepairedGeneration(found, movedTo, savedRows);
    }

    /** Two repairs at once save the same rows twice, and one of them moves the file. */
    private void checkMovedByAnother(Path file, NoSuchFileException failure) throws IOException {
        String fileName = file.getFileName().toString();
        if (storage.list(paths.segments()).contains(fileName)) {
            throw failure; // something else is gone
        }
        logger.info("{} is gone: another repair has moved it", file);
        catalog.refresh(); // for the rows that it has saved
        catalog.remove(fileName);
    }

    private long saveIntactRows(Path damaged) throws IOException {
        SegmentFile.Opened opened =
                SegmentFile.open(storage, damaged, Verifier.nameOf(damaged), false);
        try (SegmentFile file = opened.file()) {
            Saving saving = new Saving(file.contract());
            Keys keys = opened.keys();
            RowScan.scan(
                    file,
                    keys,
                    (row, copy, crc) -> saving.add(keys.select(new int[] {row}), copy, crc),
                    row -> catalog.markBad(file.name().committedFile(), row));
            saving.commit();
            catalog.refresh();
            return saving.savedRows;
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
        catalog.remove(check.file().getFileName().toString());
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

    /** Rows on their way to new segments. */
    private final class Saving {
        private final SegmentWriter segmentWriter =
                new SegmentWriter(storage, paths.segments(), true);
        private final Contract contract;
        private OpenSegment open;
        private long savedRows;

        Saving(Contract contract) {
            this.contract = contract;
            this.open = newSegment();
        }

        private OpenSegment newSegment() {
            return new OpenSegment(contract, segmentBytes, Integer.MAX_VALUE, System.nanoTime());
        }

        void add(Keys key, RowBatch row, int crc) throws IOException {
            if (!open.hasRoomFor(row, 0)) {
                commit();
                open = newSegment();
            }
            open.append(key, row, 0, crc);
        }

        void commit() throws IOException {
            if (open.rows() > 0) {
                SegmentName name = new SegmentName(writer, sequence++);
                segmentWriter.commit(open, name, System.currentTimeMillis());
                savedRows += open.rows();
            }
        }
    }
}
