package io.github.djlcachex.cache;

import io.github.djlcachex.index.Address;
import io.github.djlcachex.index.Checkpoint;
import io.github.djlcachex.index.CheckpointFile;
import io.github.djlcachex.index.CoveredSegment;
import io.github.djlcachex.io.Storage;
import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.segment.Contract;
import io.github.djlcachex.segment.SegmentFile;
import io.github.djlcachex.segment.SegmentName;
import io.github.djlcachex.segment.SegmentProof;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The segments that the checkpoint of this store's index covers.
 *
 * <p>They are opened when they are first read. A checkpoint is used if all that it covers is there,
 * or if what is gone hid no other segment's copies. Once it is found damaged, the keys of what it
 * covers are read, as they would be without it. The caller holds the monitor of {@link Catalog}.
 */
final class Coverage {

    private static final Logger logger = LoggerFactory.getLogger(Coverage.class);

    private final Storage storage;
    private final StorePaths paths;
    private final Generation generation;
    private final SourceTable sources;
    private final Rows rows;
    private List<SegmentFile> covered = List.of();
    private volatile boolean hidesOthers;
    private final AtomicReference<@Nullable CheckpointFile> file = new AtomicReference<>();

    Coverage(
            Storage storage,
            StorePaths paths,
            Generation generation,
            SourceTable sources,
            Rows rows) {
        this.storage = storage;
        this.paths = paths;
        this.generation = generation;
        this.sources = sources;
        this.rows = rows;
    }

    /** The files that are covered, in the checkpoint's order. */
    List<SegmentFile> files() {
        return covered;
    }

    /** Takes the checkpoint that is on disk, if it is of use; returns whether it was. */
    boolean open(Set<String> listed, boolean mapping) throws IOException {
        Optional<CheckpointFile> found = openFile(mapping);
        if (found.isEmpty()) {
            return false;
        }
        if (!isComplete(found.get().segments(), listed)) {
            close(found.get());
            return false;
        }
        List<CoveredSegment> segments = found.get().segments();
        int[] numbers = new int[segments.size()];
        List<SegmentFile> files = new ArrayList<>();
        long entries = 0;
        for (int i = 0; i < numbers.length; i++) {
            CoveredSegment segment = segments.get(i);
            boolean maps = mapping && files.size() < Catalog.MAX_MAPPINGS;
            Optional<SegmentFile> present =
                    file(segment, listed, maps, () -> failed(found.get(), segment));
            numbers[i] = present.map(sources::add).orElse(Checkpoint.GONE);
            present.ifPresent(files::add);
            entries += present.isPresent() ? segment.entries() : 0;
        }
        attach(found.get(), numbers);
        rows.covered(entries);
        covered = files;
        return true;
    }

    private Optional<CheckpointFile> openFile(boolean mapping) throws IOException {
        Generation.State state = generation.state();
        if (state == null || !paths.hasCheckpoint(storage)) {
            return Optional.empty();
        }
        try {
            return Optional.of(openFile(storage, paths, state.contract(), mapping));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (CacheException | IOException e) {
            logger.warn(
                    "cannot use {}; the keys are read from the segments", paths.checkpoint(), e);
            return Optional.empty();
        }
    }

    /** Opens the file that is there, whatever it covers. */
    static CheckpointFile openFile(
            Storage storage, StorePaths paths, Contract contract, boolean mapping)
            throws IOException {
        return CheckpointFile.open(
                storage, paths.checkpoint(), contract.keyType(), contract.hashSeed(), mapping);
    }

    private boolean isComplete(List<CoveredSegment> segments, Set<String> listed) {
        for (CoveredSegment segment : segments) {
            if (!listed.contains(segment.name()) && segment.hiddenCopies() > 0) {
                logger.info(
                        "{} is gone, and others have some of its rows: the keys are read from the"
                                + " segments",
                        segment.name());
                return false;
            }
        }
        return true;
    }

    private Optional<SegmentFile> file(
            CoveredSegment segment, Set<String> listed, boolean mapping, Runnable onFailure) {
        if (!listed.contains(segment.name())) {
            return Optional.empty();
        }
        return SegmentName.parse(segment.name(), SegmentName.COMMITTED)
                .map(
                        name ->
                                SegmentFile.later(
                                        storage,
                                        paths.segments().resolve(segment.name()),
                                        name,
                                        new SegmentProof(
                                                segment.rows(),
                                                segment.metadataCrc(),
                                                segment.keysCrc()),
                                        mapping,
                                        onFailure));
    }

    /** What a segment hid must be found now that it cannot be read. */
    private void failed(CheckpointFile checkpoint, CoveredSegment segment) {
        if (segment.hiddenCopies() > 0 || hidesOthers) {
            checkpoint.distrust();
        }
    }

    /** Takes note that a file that is not covered has a row that is left to an unopened one. */
    void hides() {
        hidesOthers = true;
    }

    private void attach(CheckpointFile attached, int[] numbers) {
        Checkpoint checkpoint = new Checkpoint(attached, numbers, sources);
        rows.writing(index -> index.attach(checkpoint));
        close(file.getAndSet(attached));
    }

    /**
     * Takes the checkpoint that was just written of these files; returns false if another process
     * has replaced it since. What the one before covered and this one does not, because it has a
     * damaged row, goes to the heap.
     */
    boolean take(List<CoverableFile> written, boolean mapping) throws IOException {
        Generation.State state = generation.state();
        if (state == null) {
            return false; // the columns were given up meanwhile
        }
        CheckpointFile opened = openFile(storage, paths, state.contract(), mapping);
        boolean taken = false;
        try {
            if (opened.covers(written)) {
                List<SegmentFile> files = written.stream().map(CoverableFile::file).toList();
                indexAllBut(files);
                attach(opened, files.stream().mapToInt(sources::numberOf).toArray());
                covered = files;
                taken = true;
            }
        } finally {
            if (!taken) {
                close(opened);
            }
        }
        return taken;
    }

    private void indexAllBut(List<SegmentFile> files) {
        Set<SegmentFile> left = new LinkedHashSet<>(covered);
        files.forEach(left::remove);
        indexAll(left);
    }

    /** Reads the keys of what a damaged checkpoint covers or hid, and lets go of it. */
    void takeOver(Collection<SegmentFile> others) {
        Set<SegmentFile> files = new LinkedHashSet<>(covered);
        files.addAll(others);
        logger.warn("reading the keys of {} segments instead of the checkpoint", files.size());
        indexAll(files);
        rows.writing(
                index -> {
                    index.detach();
                    rows.recount(index);
                });
        forget();
    }

    private void indexAll(Set<SegmentFile> files) {
        for (SegmentFile segment : files) {
            try {
                index(segment);
            } catch (IOException | CorruptFileException e) {
                logger.warn("cannot read the keys of {}; its rows are misses", segment.path(), e);
            }
        }
    }

    private void index(SegmentFile segment) throws IOException {
        Keys keys = segment.readKeys();
        int number = sources.numberOf(segment);
        rows.writing(
                index -> {
                    for (int row = 0; row < keys.size() && index.hasRoom(); row++) {
                        if (index.findOnHeap(keys, row) == Address.NONE) {
                            index.put(keys, row, Address.of(number, row));
                        }
                    }
                });
    }

    /** Passes over a file that is not listed any more. */
    void remove(SegmentFile removed) {
        covered = covered.stream().filter(file -> file != removed).toList();
    }

    /** Lets go of the checkpoint, once the index has. */
    void forget() {
        covered = List.of();
        hidesOthers = false;
        close();
    }

    /** Needs no monitor. */
    void close() {
        close(file.getAndSet(null));
    }

    private void close(@Nullable CheckpointFile closed) {
        try {
            if (closed != null) {
                closed.close();
            }
        } catch (IOException e) {
            logger.warn("cannot close {}: {}", paths.checkpoint(), e.toString());
        }
    }
}
