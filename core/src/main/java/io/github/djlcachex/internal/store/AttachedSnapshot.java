package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.index.CoveredSegment;
import io.github.djlcachex.internal.index.IndexSnapshot;
import io.github.djlcachex.internal.index.IndexSnapshotFile;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.segment.ChangedFileException;
import io.github.djlcachex.internal.segment.Contract;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.internal.segment.SegmentName;
import io.github.djlcachex.internal.segment.SegmentProof;
import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.CorruptFileException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The segments that the snapshot of this store's index covers.
 *
 * <p>They are opened when they are first read. An index snapshot is used if all that it covers is
 * there, or if what is gone hid no other segment's copies. Once it is found damaged, the keys of
 * what it covers are read, as they would be without it. The caller holds the monitor of {@link
 * Catalog}.
 */
final class AttachedSnapshot {

    private static final Logger logger = LoggerFactory.getLogger(AttachedSnapshot.class);

    /** Keys that could not be read are tried again after this time. */
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final int MAX_TRIES = 60;

    private final Storage storage;
    private final StorePaths paths;
    private final Generation generation;
    private final SourceTable sources;
    private final IndexUpdater rows;
    private final SegmentIndexer indexer;
    private final Set<SegmentFile> rebuilt = new HashSet<>();
    private List<SegmentFile> covered = List.of();
    private int triesInVain;
    private long triedAtNanos;
    private volatile boolean hidesOthers;
    private final AtomicReference<@Nullable IndexSnapshotFile> file = new AtomicReference<>();

    AttachedSnapshot(
            Storage storage,
            StorePaths paths,
            Generation generation,
            SourceTable sources,
            IndexUpdater rows,
            SegmentIndexer indexer) {
        this.storage = storage;
        this.paths = paths;
        this.generation = generation;
        this.sources = sources;
        this.rows = rows;
        this.indexer = indexer;
    }

    /** The files that are covered, in the snapshot's order. */
    List<SegmentFile> files() {
        return covered;
    }

    /** Attaches the snapshot that is on disk; returns false if there is none of use. */
    boolean open(Set<String> listed, boolean mapping) throws IOException {
        Optional<IndexSnapshotFile> found = openFile(mapping);
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
            Optional<SegmentFile> present =
                    file(segment, listed, mapping, () -> changed(found.get(), segment));
            numbers[i] = present.map(sources::add).orElse(IndexSnapshot.GONE);
            present.ifPresent(files::add);
            present.ifPresent(file -> noteHidden(segment, file));
            entries += present.isPresent() ? segment.entries() : 0;
        }
        attach(found.get(), numbers);
        rows.countCovered(entries);
        covered = files;
        return true;
    }

    private Optional<IndexSnapshotFile> openFile(boolean mapping) throws IOException {
        Generation.State state = generation.state();
        if (state == null || !paths.hasSnapshot(storage)) {
            return Optional.empty();
        }
        try {
            return Optional.of(openFileTwice(state.contract(), mapping));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (CacheException | IOException e) {
            logger.warn("cannot use {}; the keys are read from the segments", paths.snapshot(), e);
            return Optional.empty();
        }
    }

    private IndexSnapshotFile openFileTwice(Contract contract, boolean mapping) throws IOException {
        try {
            return openFile(storage, paths, contract, mapping);
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException e) {
            logger.debug("{} is read once more", paths.snapshot(), e);
            return openFile(storage, paths, contract, mapping);
        }
    }

    /** Opens the file that is there, whatever it covers. */
    static IndexSnapshotFile openFile(
            Storage storage, StorePaths paths, Contract contract, boolean mapping)
            throws IOException {
        return IndexSnapshotFile.open(
                storage, paths.snapshot(), contract.keyType(), contract.hashSeed(), mapping);
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
            CoveredSegment segment, Set<String> listed, boolean mapping, Runnable onChange) {
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
                                        sources.outage(),
                                        onChange));
    }

    /**
     * Distrusts the snapshot if a covered segment that is damaged hid duplicates. The snapshot has
     * one copy of a key, so it cannot tell any more which keys are missing. Of one that is gone,
     * the files that may have copies are read instead, see {@link VanishedFiles}.
     */
    private void changed(IndexSnapshotFile snapshot, CoveredSegment segment) {
        if (segment.hiddenCopies() > 0 || hidesOthers) {
            snapshot.distrust();
        }
    }

    /** Notes that a key of an uncovered file keeps a covered file that is not open yet. */
    void noteHiddenCopy() {
        hidesOthers = true;
    }

    private void attach(IndexSnapshotFile attached, int[] numbers) {
        IndexSnapshot snapshot = new IndexSnapshot(attached, numbers, sources);
        rows.update(index -> index.attach(snapshot));
        close(file.getAndSet(attached));
    }

    /**
     * Takes the snapshot that was just written of these files; returns false if another process has
     * replaced it since. What the one before covered and this one does not, because it has a
     * damaged row, goes to the heap.
     */
    boolean adopt(List<SegmentKeySource> written, boolean mapping) throws IOException {
        Generation.State state = generation.state();
        if (state == null) {
            return false; // the columns were given up meanwhile
        }
        IndexSnapshotFile opened = openFile(storage, paths, state.contract(), mapping);
        boolean taken = false;
        try {
            if (opened.covers(written)) {
                List<SegmentFile> files = written.stream().map(SegmentKeySource::file).toList();
                indexAllBut(files);
                attach(opened, files.stream().mapToInt(sources::numberOf).toArray());
                for (int i = 0; i < files.size(); i++) {
                    noteHidden(opened.segments().get(i), files.get(i));
                }
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

    private void noteHidden(CoveredSegment segment, SegmentFile file) {
        if (segment.entries() < segment.rows()) {
            indexer.hiding().add(file);
        }
    }

    private void indexAllBut(List<SegmentFile> files) throws IOException {
        Set<SegmentFile> left = new LinkedHashSet<>(covered);
        files.forEach(left::remove);
        Unread unread = indexAll(left);
        if (unread.cause != null) {
            throw unread.cause; // the snapshot before this one still leads to them
        }
    }

    /**
     * Reads the keys of what a damaged snapshot covers or hid, and lets go of it. If some cannot be
     * read now, the snapshot is kept, so that their rows are not taken for new ones, and the next
     * call reads the rest; after many calls in vain it is let go all the same.
     *
     * @return the files that were given up
     */
    List<SegmentFile> rebuildWithoutSnapshot(Collection<SegmentFile> others) {
        if (triesInVain > 0 && System.nanoTime() - triedAtNanos < RETRY_NANOS) {
            return List.of();
        }
        Set<SegmentFile> files = new LinkedHashSet<>(covered);
        files.addAll(others);
        files.removeAll(rebuilt);
        logger.warn("reading the keys of {} segments instead of the snapshot", files.size());
        Unread unread = indexAll(files);
        if (!unread.files.isEmpty() && triesInVain < MAX_TRIES) {
            triesInVain++;
            triedAtNanos = System.nanoTime();
            files.removeAll(unread.files);
            rebuilt.addAll(files);
            return List.of();
        }
        unread.files.forEach(file -> sources.replace(sources.numberOf(file), null));
        rows.update(
                index -> {
                    index.detach();
                    rows.recount(index);
                });
        forget();
        return unread.files;
    }

    /** The files whose keys could not be read now, and why the first of them could not. */
    private static final class Unread {
        private final List<SegmentFile> files = new ArrayList<>();
        private @Nullable IOException cause;

        void add(SegmentFile file, IOException e) {
            files.add(file);
            cause = cause == null ? e : cause;
        }
    }

    private Unread indexAll(Set<SegmentFile> files) {
        Unread unread = new Unread();
        int damaged = 0;
        for (SegmentFile segment : files) {
            try {
                indexer.addToHeap(segment);
            } catch (ChangedFileException | CorruptFileException e) {
                logger.debug("the keys of {} are lost", segment.path(), e);
                damaged++;
            } catch (IOException e) {
                unread.add(segment, e);
            }
        }
        if (damaged > 0 || unread.cause != null) {
            logger.warn(
                    "the keys of {} segments in {} are damaged, and their rows misses; those of {}"
                            + " cannot be read now",
                    damaged,
                    paths.segments(),
                    unread.files.size(),
                    unread.cause);
        }
        return unread;
    }

    /** Removes a file that is not listed any more. */
    void remove(Set<SegmentFile> removed) {
        covered = covered.stream().filter(file -> !removed.contains(file)).toList();
    }

    /** Closes the snapshot, once the index has detached it. */
    void forget() {
        covered = List.of();
        hidesOthers = false;
        rebuilt.clear();
        triesInVain = 0;
        close();
    }

    /** Needs no monitor. */
    void close() {
        close(file.getAndSet(null));
    }

    private void close(@Nullable IndexSnapshotFile closed) {
        try {
            if (closed != null) {
                closed.close();
            }
        } catch (IOException e) {
            logger.warn("cannot close {}: {}", paths.snapshot(), e.toString());
        }
    }
}
