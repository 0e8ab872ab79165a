package io.github.djlcachex.internal.store;

import io.github.djlcachex.cache.SegmentCondition;
import io.github.djlcachex.internal.index.IndexSnapshotFile;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.segment.Contract;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.internal.segment.SegmentMetadata;
import io.github.djlcachex.internal.segment.SegmentName;
import io.github.djlcachex.internal.segment.Tombstone;
import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.UnsupportedFormatException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The check of all that a generation has on disk.
 *
 * <p>It opens every listed file anew and reads it with positional reads, apart from what this
 * process has open, and changes nothing. It holds in memory the keys of one file, and those of the
 * bad rows.
 */
final class Verifier {

    private static final Keys NO_KEYS = Keys.of(new long[0]);

    private static final Logger logger = LoggerFactory.getLogger(Verifier.class);

    private final Storage storage;
    private final StorePaths paths;
    private final Generation generation;

    Verifier(Storage storage, StorePaths paths, Generation generation) {
        this.storage = storage;
        this.paths = paths;
        this.generation = generation;
    }

    CheckedGeneration verify(VerifyPlan plan) throws IOException {
        boolean began = generation.discover();
        VerifyPlan.Chosen chosen = plan.choose(paths.segments(), list(), new SecureRandom());
        List<CheckedSegment> checks = new ArrayList<>();
        long bytes = 0;
        plan.progress().read(bytes, chosen.bytes());
        for (SegmentName name : chosen.files()) {
            check(name).ifPresent(checks::add);
            bytes += VerifyPlan.bytes(paths.segments(), name);
            plan.progress().read(Math.min(bytes, chosen.bytes()), chosen.bytes());
        }
        boolean nothing = !began && checks.isEmpty();
        return new CheckedGeneration(
                withoutKeysElsewhere(checks, chosen.others()),
                chosen.others().size(),
                nothing ? Optional.empty() : generation.contractProblem(),
                indexSnapshotProblem(),
                tombstoneProblems());
    }

    private List<SegmentName> list() throws IOException {
        return storage.list(paths.segments()).stream()
                .flatMap(file -> SegmentName.parse(file, SegmentName.COMMITTED).stream())
                .toList();
    }

    private List<String> tombstoneProblems() throws IOException {
        Generation.State state = generation.state();
        List<String> problems = new ArrayList<>();
        if (state != null) {
            for (String fileName : storage.list(paths.deletions())) {
                SegmentName.parse(fileName, SegmentName.COMMITTED)
                        .flatMap(name -> tombstoneProblem(name, state.contract()))
                        .ifPresent(problems::add);
            }
        }
        return problems;
    }

    private Optional<String> tombstoneProblem(SegmentName name, Contract contract) {
        Path path = paths.deletions().resolve(name.committedFile());
        try {
            Tombstone.read(storage, path, name, contract);
            return Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (CacheException | IOException e) {
            return Optional.of(String.valueOf(e));
        }
    }

    private Optional<String> indexSnapshotProblem() throws IOException {
        Generation.State state = generation.state();
        if (state == null || !paths.hasSnapshot(storage)) {
            return Optional.empty();
        }
        try (IndexSnapshotFile snapshot =
                AttachedSnapshot.openFile(storage, paths, state.contract(), false)) {
            snapshot.prove();
            return Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (CacheException | IOException e) {
            return Optional.of(String.valueOf(e));
        }
    }

    /** Empty if the file was deleted after it was listed. */
    Optional<CheckedSegment> check(SegmentName name) throws IOException {
        return check(paths.segments().resolve(name.committedFile()), name);
    }

    /** Checks the file at a path, which need not be where its name says. */
    Optional<CheckedSegment> check(Path path, SegmentName name) throws IOException {
        try {
            SegmentFile.Opened opened = SegmentFile.open(storage, path, name, false);
            try (SegmentFile file = opened.file()) {
                return Optional.of(checkRows(file, opened.keys()));
            }
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (CorruptFileException e) {
            return Optional.of(failed(path, name, SegmentCondition.DAMAGED, e));
        } catch (UnsupportedFormatException e) {
            return Optional.of(failed(path, name, SegmentCondition.NEWER_FORMAT, e));
        } catch (IOException e) {
            return Optional.of(failed(path, name, SegmentCondition.UNREADABLE, e));
        }
    }

    private CheckedSegment checkRows(SegmentFile file, Keys keys) throws IOException {
        if (!generation.accepts(file.contract())) {
            return new CheckedSegment(
                    file.path(),
                    SegmentCondition.FOREIGN,
                    file.rows(),
                    0,
                    NO_KEYS,
                    "it belongs to another module, fingerprint or schema: "
                            + file.contract().moduleId());
        }
        IntStream.Builder bad = IntStream.builder();
        RowScan.scan(file, keys, (row, copy, crc) -> {}, bad::add);
        int[] badRows = bad.build().toArray();
        return new CheckedSegment(
                file.path(),
                badRows.length == 0 ? SegmentCondition.INTACT : SegmentCondition.DAMAGED_ROWS,
                file.rows(),
                badRows.length,
                keys.select(badRows),
                badRows.length == 0 ? "" : notAsWritten(badRows.length));
    }

    private static String notAsWritten(int rows) {
        return rows + (rows == 1 ? " row is" : " rows are") + " not what was written";
    }

    private CheckedSegment failed(
            Path path, SegmentName name, SegmentCondition condition, Exception problem) {
        int rows = rows(path, name);
        return new CheckedSegment(path, condition, rows, rows, NO_KEYS, String.valueOf(problem));
    }

    /** The rows that the file was written with, if at least its metadata is intact. */
    private int rows(Path path, SegmentName name) {
        try {
            return SegmentMetadata.readFacts(storage, path, name).rows();
        } catch (IOException | CorruptFileException | UnsupportedFormatException e) {
            return 0; // the problem is in the report already
        }
    }

    /** Leaves a bad row's key out of what is lost if another file has the row intact. */
    private List<CheckedSegment> withoutKeysElsewhere(
            List<CheckedSegment> checks, List<SegmentName> unchecked) throws IOException {
        Set<Object> lost = new HashSet<>();
        checks.forEach(check -> lost.addAll(check.boxedLostKeys()));
        for (CheckedSegment check : checks) {
            if (!lost.isEmpty() && check.servesRows()) {
                removeIntactKeys(check, lost);
            }
        }
        for (SegmentName name : unchecked) {
            if (!lost.isEmpty()) {
                removeKeysOf(name, lost);
            }
        }
        return checks.stream().map(check -> check.onlyLost(lost)).toList();
    }

    /** Takes the rows of a file that was not checked for intact. */
    private void removeKeysOf(SegmentName name, Set<Object> lost) throws IOException {
        Path path = paths.segments().resolve(name.committedFile());
        try {
            SegmentFile.Opened opened = SegmentFile.open(storage, path, name, false);
            opened.file().close();
            Keys keys = opened.keys();
            for (int row = 0;
                    generation.accepts(opened.file().contract()) && row < keys.size();
                    row++) {
                lost.remove(keys.getObject(row));
            }
        } catch (NoSuchFileException | CorruptFileException | UnsupportedFormatException e) {
            logger.debug("{} has none of the lost rows", path, e);
        }
    }

    private void removeIntactKeys(CheckedSegment check, Set<Object> lost) throws IOException {
        Set<Object> bad = check.boxedLostKeys();
        Keys keys = keys(check.file());
        for (int row = 0; row < keys.size(); row++) {
            Object key = keys.getObject(row);
            if (!bad.contains(key)) {
                lost.remove(key);
            }
        }
    }

    private Keys keys(Path path) throws IOException {
        SegmentFile.Opened opened = SegmentFile.open(storage, path, nameOf(path), false);
        opened.file().close();
        return opened.keys();
    }

    static SegmentName nameOf(Path path) {
        return SegmentName.parse(String.valueOf(path.getFileName()), SegmentName.COMMITTED)
                .orElseThrow();
    }
}
