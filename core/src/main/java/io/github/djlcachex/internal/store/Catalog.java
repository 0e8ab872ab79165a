package io.github.djlcachex.internal.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import io.github.djlcachex.internal.index.Address;
import io.github.djlcachex.internal.index.IndexSnapshot;
import io.github.djlcachex.internal.index.RowIndex;
import io.github.djlcachex.internal.io.NotRegularFileException;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.segment.Discarded;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.internal.segment.SegmentName;
import io.github.djlcachex.internal.segment.SegmentProof;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.UnsupportedFormatException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The segment files of a generation that this store knows.
 *
 * <p>Files are added in the order of their names, and a key that has a readable row keeps it. So at
 * open the copy in the smallest name wins, and a running process keeps the copy it has. A damaged,
 * foreign or newer file is skipped with one warning, never removed, and tried again when it looks
 * otherwise.
 */
final class Catalog {

    private static final Logger logger = LoggerFactory.getLogger(Catalog.class);

    /** So many files outside the snapshot make an open slow, however small they are. */
    private static final int MANY_FILES = 256;

    /** An index snapshot is written anew for this part of what it covers, at least. */
    private static final int GROWTH_DIVISOR = 4;

    /** The same at close, where opening soon pays for it. */
    private static final int GROWTH_DIVISOR_AT_CLOSE = 64;

    private final Storage storage;
    private final StorePaths paths;
    private final Generation generation;
    private final SourceTable sources;
    private final IndexUpdater rows;
    private final StoreCounters counters;
    private final boolean mapping;
    private final Set<String> knownNames = ConcurrentHashMap.newKeySet();
    private volatile boolean forceFoundNames;
    private volatile boolean warnedIndexFull;
    private volatile boolean closed;

    private final OtherCopies otherCopies;
    private final UnreadableNames unreadable; // guarded by this, but for its volatile field

    @GuardedBy("this") private final SkippedFiles skipped;

    private final AttachedSnapshot attached; // guarded by this, but for its close

    @GuardedBy("this") private boolean snapshotTried;

    private final AtomicLong uncoveredRows = new AtomicLong();
    private final AtomicLong uncoveredFiles = new AtomicLong();
    private final AtomicLong coveredRows = new AtomicLong();

    private final ConcurrentSkipListMap<String, SegmentFile> files = new ConcurrentSkipListMap<>();

    Catalog(
            Storage storage,
            StorePaths paths,
            Generation generation,
            SourceTable sources,
            IndexUpdater rows,
            StoreCounters counters,
            boolean mapping) {
        this.storage = storage;
        this.paths = paths;
        this.generation = generation;
        this.sources = sources;
        this.rows = rows;
        this.counters = counters;
        this.mapping = mapping;
        this.skipped = new SkippedFiles(storage, paths.segments());
        this.attached = new AttachedSnapshot(storage, paths, generation, sources, rows);
        this.otherCopies = new OtherCopies(sources, rows);
        this.unreadable = new UnreadableNames(paths.segments());
    }

    /** Adds the files that are new in the directory; returns how many. */
    synchronized int refresh() throws IOException {
        counters.refreshes.increment();
        if (!generation.discover()) {
            return 0;
        }
        List<String> listed = storage.list(paths.segments());
        if (!snapshotTried) {
            openFirstSnapshot(Set.copyOf(listed));
            snapshotTried = true;
        }
        List<SegmentName> fresh = new ArrayList<>();
        for (String fileName : listed) {
            if (!knownNames.contains(fileName) || skipped.changed(fileName)) {
                SegmentName.parse(fileName, SegmentName.COMMITTED).ifPresent(fresh::add);
            }
        }
        if (forceFoundNames && !fresh.isEmpty()) {
            storage.forceDirectory(paths.segments());
        }
        int added = 0;
        try {
            for (SegmentName name : fresh) {
                added += add(name.committedFile(), name) ? 1 : 0;
            }
        } finally {
            unreadable.refreshed();
        }
        return added;
    }

    /** Tells whether a listed file could not be opened, and is tried again. */
    boolean waitsForFiles() {
        return unreadable.any();
    }

    /**
     * Makes the names of files durable from now on before their rows are found. A writer may have
     * renamed one and not yet forced its name, and a row that is found is not stored once more.
     */
    void forceFoundNames() {
        forceFoundNames = true;
    }

    /** Not if this store has taken rows: the snapshot may cover them, and they are counted. */
    @GuardedBy("this") private void openFirstSnapshot(Set<String> listed) throws IOException {
        if (sources.used() == 0 && attached.open(listed, mapping)) {
            for (SegmentFile file : attached.files()) {
                knownNames.add(file.name().committedFile());
                files.put(file.name().committedFile(), file);
                coveredRows.addAndGet(file.rows());
            }
        }
    }

    /** The files that a new snapshot may cover: those of the present one first. */
    synchronized List<SegmentKeySource> coverable() {
        Set<SegmentFile> coverable = new LinkedHashSet<>(attached.files());
        coverable.addAll(files.values());
        coverable.removeIf(SegmentFile::suspect);
        return coverable.stream().map(SegmentKeySource::new).toList();
    }

    /**
     * Takes the snapshot that was written of these files; returns false if some of them are not
     * listed any more, or another process has replaced it.
     */
    synchronized boolean takeSnapshot(List<SegmentKeySource> written) throws IOException {
        boolean listed = written.stream().map(SegmentKeySource::file).allMatch(this::isListed);
        boolean taken = listed && attached.adopt(written, mapping);
        countUncovered();
        return taken;
    }

    /** Files with a damaged row are not covered, and do not ask for another snapshot. */
    @GuardedBy("this") private void countUncovered() {
        Set<SegmentFile> covered = new HashSet<>(attached.files());
        long rowsOfCovered = 0;
        long rowsOfOthers = 0;
        long others = 0;
        for (SegmentFile file : files.values()) {
            if (covered.contains(file)) {
                rowsOfCovered += file.rows();
            } else if (!file.suspect()) {
                rowsOfOthers += file.rows();
                others++;
            }
        }
        coveredRows.set(rowsOfCovered);
        uncoveredRows.set(rowsOfOthers);
        uncoveredFiles.set(others);
    }

    /** Builds the index without the snapshot, if that was found damaged. */
    synchronized void rebuildWithoutSnapshot() {
        Generation.State state = generation.state();
        IndexSnapshot snapshot = state == null ? null : state.index().snapshot();
        if (snapshot != null && snapshot.damaged()) {
            attached.rebuildWithoutSnapshot(files.values()).forEach(this::giveUp);
            countUncovered();
        }
    }

    /** The next refresh finds it again. */
    private void giveUp(SegmentFile file) {
        String fileName = file.name().committedFile();
        files.remove(fileName);
        knownNames.remove(fileName);
        close(file);
    }

    private boolean isListed(SegmentFile file) {
        return files.get(file.name().committedFile()) == file;
    }

    boolean isSnapshotDue(long rowsOutside, boolean closing) {
        boolean many = uncoveredRows.get() >= rowsOutside || uncoveredFiles.get() >= MANY_FILES;
        int part = closing ? GROWTH_DIVISOR_AT_CLOSE : GROWTH_DIVISOR;
        return many && uncoveredRows.get() >= coveredRows.get() / part;
    }

    /** The rows of listed files that the snapshot does not cover. */
    long uncoveredRows() {
        return uncoveredRows.get();
    }

    private void list(SegmentFile file) {
        files.put(file.name().committedFile(), file);
        if (closed) {
            close(file); // a segment that was written after a close ran out of time
        }
        uncoveredRows.addAndGet(file.rows());
        uncoveredFiles.incrementAndGet();
    }

    @GuardedBy("this") private boolean add(String fileName, SegmentName name) throws IOException {
        try {
            return tryAdd(fileName, name);
        } catch (CorruptFileException | UnsupportedFormatException | NotRegularFileException e) {
            logger.debug("reading {} once more", fileName, e);
        }
        // Before the reading that counts: a file that is completed meanwhile must look otherwise.
        SkippedFiles.FileStamp stamp = skipped.stamp(fileName);
        try {
            return tryAdd(fileName, name);
        } catch (CorruptFileException | UnsupportedFormatException | NotRegularFileException e) {
            skip(fileName, stamp, e.getMessage());
            return false;
        }
    }

    @GuardedBy("this") private boolean tryAdd(String fileName, SegmentName name) throws IOException {
        Optional<SegmentFile.Opened> opened = openListed(fileName, name);
        if (opened.isEmpty() || !isAccepted(opened.get().file())) {
            return false;
        }
        knownNames.add(fileName);
        skipped.remove(fileName);
        unreadable.remove(fileName);
        index(opened.get());
        return true;
    }

    /** A file that is listed but cannot be opened may be on its way out, or not yet here. */
    @GuardedBy("this") private Optional<SegmentFile.Opened> openListed(String fileName, SegmentName name)
            throws IOException {
        try {
            return Optional.of(open(fileName, name));
        } catch (NotRegularFileException e) {
            throw e;
        } catch (IOException first) {
            // Once a refresh is enough to tell whether the directory itself is there.
            boolean asks = first instanceof NoSuchFileException || unreadable.isFirst();
            if (asks && !storage.list(paths.segments()).contains(fileName)) {
                return Optional.empty();
            }
            try {
                return Optional.of(open(fileName, name));
            } catch (IOException e) {
                if (e != first) {
                    e.addSuppressed(first);
                }
                unreadable.add(fileName, e);
                return Optional.empty();
            }
        }
    }

    private SegmentFile.Opened open(String fileName, SegmentName name) throws IOException {
        Path path = paths.segments().resolve(fileName);
        return SegmentFile.open(storage, path, name, mapping, sources.outage());
    }

    @GuardedBy("this") private boolean isAccepted(SegmentFile file) throws IOException {
        if (generation.accepts(file.contract())) {
            return true;
        }
        file.close();
        String fileName = file.name().committedFile();
        String reason = "it belongs to another module, fingerprint or schema";
        skip(fileName, skipped.stamp(fileName), reason);
        return false;
    }

    /** Counts and warns once a file, however often it is tried again. */
    @GuardedBy("this") private void skip(String fileName, SkippedFiles.FileStamp stamp, @Nullable String reason) {
        knownNames.add(fileName);
        if (skipped.add(fileName, stamp)) {
            counters.skippedSegments.increment();
            logger.warn("skipped {} in {}: {}", fileName, paths.segments(), reason);
        }
    }

    private void index(SegmentFile.Opened opened) {
        int number = sources.add(opened.file());
        Keys keys = opened.keys();
        rows.update(
                index -> {
                    for (int row = 0; row < keys.size() && hasRoom(index); row++) {
                        long found = index.find(keys, row);
                        if (!sources.isTrusted(found)) {
                            rows.putAndCount(index, keys, row, found, Address.of(number, row));
                        } else if (sources.isUnopened(found)) {
                            attached.noteHiddenCopy();
                        }
                    }
                });
        list(opened.file());
    }

    private boolean hasRoom(RowIndex index) {
        if (index.hasRoom()) {
            return true;
        }
        if (!warnedIndexFull) {
            warnedIndexFull = true;
            logger.warn(
                    "the index of {} is full with {} rows; the others are misses: use more modules",
                    paths.generation(),
                    index.size());
        }
        return false;
    }

    /** Names a file that this store is about to write, so that a refresh passes over it. */
    void announce(SegmentName name) {
        knownNames.add(name.committedFile());
    }

    /** Takes an announcement back, so that a refresh finds the file if it exists after all. */
    void withdraw(SegmentName name) {
        knownNames.remove(name.committedFile());
    }

    /**
     * Opens a file that this store has just written; its rows are in the index already, and on
     * disk: one that cannot be opened now is opened when it is read.
     */
    SegmentFile openOwn(SegmentName name, SegmentProof proof) {
        String fileName = name.committedFile();
        try {
            return open(fileName, name).file();
        } catch (IOException | OutOfMemoryError e) {
            Path path = paths.segments().resolve(fileName);
            logger.warn("{} was written, and cannot be opened now ({})", path, e.toString());
            return SegmentFile.later(
                    storage, path, name, proof, mapping, sources.outage(), () -> {});
        }
    }

    /** Lists a file of this store, once it is a source of rows. */
    void addOwn(SegmentFile file) {
        list(file);
    }

    /** Gives the keys of suspect files the copies that others have; false to be asked again. */
    synchronized boolean preferOthers(Set<SegmentFile> suspects) {
        return otherCopies.prefer(suspects, files.values());
    }

    /** Marks a row of a listed file that a check found bad, so that other copies are preferred. */
    void markBad(String fileName, int row) {
        SegmentFile file = files.get(fileName);
        if (file != null) {
            file.markBad(row);
        }
    }

    /** Forgets a listed file; its rows are misses where no other file has taken their keys. */
    synchronized void remove(String fileName) throws IOException {
        SegmentFile file = files.remove(fileName);
        if (file != null) {
            attached.remove(file);
            countUncovered();
            rows.removeSource(sources.numberOf(file));
            file.close();
        }
    }

    List<SegmentSummary> segments() {
        List<SegmentSummary> segments = new ArrayList<>();
        int left = 0;
        for (SegmentFile file : files.values()) {
            try {
                segments.add(SegmentSummary.of(file));
            } catch (IOException e) {
                logger.debug("{} is not readable", file.path(), e);
                left++;
            }
        }
        if (left > 0 && !sources.outage().any()) { // of that it was warned
            logger.warn("{} segments in {} are not readable now", left, paths.segments());
        }
        return segments;
    }

    Iterable<SegmentFile> files() {
        return files.values();
    }

    /**
     * Deletes all segment files of the directory, also those of other writers; their rows are still
     * found until they are forgotten. A caller that holds the monitor longer keeps a refresh from
     * adding them again meanwhile.
     */
    synchronized void deleteAll() throws IOException {
        paths.deleteSnapshot(storage);
        Set<String> deleted = new HashSet<>();
        for (String fileName : storage.list(paths.segments())) {
            if (SegmentName.parse(fileName, SegmentName.COMMITTED).isPresent()) {
                Discarded.delete(storage, paths.segments().resolve(fileName));
                knownNames.add(fileName);
                deleted.add(fileName);
            }
        }
        storage.forceDirectory(paths.segments());
        knownNames.retainAll(deleted); // those of earlier clears would pile up
    }

    /** Lets go of all files, once no row leads to them. */
    synchronized void forget() {
        closeFiles();
        files.clear();
        attached.forget();
        uncoveredRows.set(0);
        uncoveredFiles.set(0);
        coveredRows.set(0);
        skipped.clear();
        unreadable.clear();
    }

    /**
     * Closes the files that are read by positional reads. Takes no monitor: a refresh may hold it
     * for as long as a filesystem does not answer.
     */
    void close() {
        closed = true;
        closeFiles();
    }

    private void closeFiles() {
        attached.close();
        CloseFailures failures = new CloseFailures(paths.segments());
        files.values().forEach(failures::close);
        failures.warn();
    }

    private void close(SegmentFile file) {
        try {
            file.close();
        } catch (IOException e) {
            logger.warn("cannot close {}", file.path(), e);
        }
    }
}
