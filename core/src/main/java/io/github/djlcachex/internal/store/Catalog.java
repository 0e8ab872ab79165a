package io.github.djlcachex.internal.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import io.github.djlcachex.internal.index.IndexSnapshot;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.internal.segment.SegmentName;
import io.github.djlcachex.internal.segment.SegmentProof;
import io.github.djlcachex.row.Keys;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The segment files of a generation that this store serves rows from.
 *
 * <p>Files are added in the order of their names, and a key that has a readable row keeps it. So of
 * duplicates the one in the smallest name wins at open, and a running process keeps the one that it
 * has.
 *
 * <p>The monitor is held while the directory is listed, so a filesystem that hangs may keep it.
 * What a gather, a put, a commit or a close needs takes no monitor, except the rebuild of the index
 * once its snapshot is found damaged.
 */
final class Catalog {

    private static final Logger logger = LoggerFactory.getLogger(Catalog.class);

    private final Storage storage;
    private final StorePaths paths;
    private final Generation generation;
    private final SourceTable sources;
    private final IndexUpdater rows;
    private final StoreCounters counters;
    private final boolean mapping;
    private final SegmentDiscovery discovery; // guarded by this, except where its methods say so
    private final Tombstones tombstones;
    private final SegmentIndexer indexer;
    private final OtherCopies otherCopies;
    private final Removals removals; // guarded by this
    private final AttachedSnapshot attached; // guarded by this, except its close
    private final VanishedFiles vanished; // guarded by this
    private final Expiry expiry; // guarded by this
    private final SnapshotPolicy policy = new SnapshotPolicy();
    private final ConcurrentSkipListMap<String, SegmentFile> files = new ConcurrentSkipListMap<>();
    private volatile boolean closed;
    private volatile int givenUp;

    @GuardedBy("this") private boolean snapshotTried;

    Catalog(
            Storage storage,
            StorePaths paths,
            Generation generation,
            SourceTable sources,
            IndexUpdater rows,
            StoreCounters counters,
            boolean mapping,
            Expiry expiry) {
        this.expiry = expiry;
        this.storage = storage;
        this.paths = paths;
        this.generation = generation;
        this.sources = sources;
        this.rows = rows;
        this.counters = counters;
        this.mapping = mapping;
        this.discovery =
                new SegmentDiscovery(storage, paths, generation, sources, counters, mapping);
        this.tombstones = new Tombstones(storage, paths.deletions());
        this.indexer = new SegmentIndexer(paths.generation(), sources, rows, tombstones);
        this.attached = new AttachedSnapshot(storage, paths, generation, sources, rows, indexer);
        this.otherCopies = new OtherCopies(sources, indexer);
        this.removals = new Removals(generation, tombstones, sources, indexer, otherCopies);
        this.vanished = new VanishedFiles(storage, paths.segments());
    }

    /**
     * Adds the files that are new in the directory, and then lets go of those that have vanished.
     *
     * @return how many were added
     */
    synchronized int refresh() throws IOException {
        counters.refreshes.increment();
        if (!generation.discover()) {
            return 0;
        }
        otherCopies.retry();
        int added = look();
        added += vanished.waits() ? look() : 0; // it need not wait for the next call
        expiry.refresh(files.values(), this::letGo).forEach(discovery::removeKnown);
        rebuildWithoutSnapshot(); // a tombstone may have met the damage, and no search follows
        return added;
    }

    /**
     * Looks at the directory once. The tombstones are read first: one that is gone by then went
     * after the files that it kills, so that the listing shows that these are gone.
     */
    @GuardedBy("this") private int look() throws IOException {
        removals.refresh();
        List<String> listed = storage.list(paths.segments());
        if (!snapshotTried) {
            openFirstSnapshot(Set.copyOf(listed));
            snapshotTried = true;
            removals.applyToSnapshot();
        }
        int added = discovery.openNew(listed, this::addFound);
        Set<String> names = new HashSet<>(files.keySet());
        Set<String> gone =
                vanished.after(names, Set.copyOf(listed), sources.outage().takeDeleted());
        gone.forEach(discovery::removeKnown); // it may be listed again
        letGo(gone);
        return added;
    }

    /**
     * Lets go of files that readers found deleted, at once: the rows may be in files that are new.
     *
     * @return false if there are none, or the directory cannot be listed now
     */
    synchronized boolean refreshAfterDeletion() {
        if (!sources.outage().anyDeleted()) {
            return true; // another thread did it
        }
        try {
            refresh();
            return true;
        } catch (IOException e) {
            logger.debug("cannot list {} after a deletion", paths.segments(), e);
            return false;
        }
    }

    /**
     * Tells whether a refresh is due soon: for a file that waits, or one that may have vanished.
     */
    synchronized boolean awaitsAnotherListing() {
        return discovery.waitsForFiles()
                || vanished.waits()
                || removals.waits()
                || otherCopies.waits();
    }

    /**
     * Gives up files. Their keys lead to other copies where there are some, and are misses where
     * there are none.
     */
    private synchronized void letGo(Set<String> fileNames) {
        Set<SegmentFile> gone = new HashSet<>();
        for (String fileName : fileNames) {
            SegmentFile file = files.remove(fileName);
            if (file != null) {
                gone.add(file);
            }
        }
        if (gone.isEmpty()) {
            return;
        }
        otherCopies.takeOver(gone);
        giveUpSources(gone);
        logger.info(
                "let go of {} segments that vanished from {}, expired, or were evicted",
                gone.size(),
                paths.segments());
    }

    /**
     * Serves the rows of files from one that was made of them. Their names stay known, so that no
     * refresh takes them up again. Returns false if one of them is not served any more.
     */
    synchronized boolean takeUp(Set<SegmentFile> inputs, SegmentFile.@Nullable Opened made) {
        if (!inputs.stream().allMatch(this::isListed)) {
            return false;
        }
        if (made != null) {
            indexer.addSource(made, inputs, attached::noteHiddenCopy);
            addFile(made.file());
        }
        inputs.forEach(file -> files.remove(file.name().committedFile()));
        inputs.forEach(file -> discovery.retire(file.name().committedFile()));
        giveUpSources(inputs);
        return true;
    }

    /** Counts how often files were given up. A search that began before may have missed rows. */
    int givenUp() {
        return givenUp;
    }

    /** The keys lead to other copies by now: who finds no source any more searches again. */
    @GuardedBy("this") @SuppressWarnings("NonAtomicVolatileUpdate") // under the monitor
    private void giveUpSources(Set<SegmentFile> gone) {
        givenUp++;
        attached.remove(gone);
        rows.removeSources(gone);
        generation.forgetInMemory(gone); // no reader puts a row of theirs there from now on
        gone.forEach(this::close);
        countUncovered();
    }

    private void addFound(SegmentFile.Opened opened) {
        indexer.addSource(opened, Set.of(), attached::noteHiddenCopy);
        addFile(opened.file());
    }

    /**
     * Opens the snapshot that is on disk, unless this store has indexed rows already: the snapshot
     * may cover the same rows, and they would be counted twice.
     */
    @GuardedBy("this") private void openFirstSnapshot(Set<String> listed) throws IOException {
        if (sources.used() == 0 && attached.open(listed, mapping)) {
            for (SegmentFile file : attached.files()) {
                discovery.addKnown(file.name().committedFile());
                files.put(file.name().committedFile(), file);
                policy.addCovered(file);
            }
        }
    }

    /** Forces the names of found files from now on before their rows are served. */
    void forceFoundNames() {
        discovery.forceFoundNames();
    }

    /** The files that a new snapshot may cover: those of the present one first. */
    synchronized List<SegmentKeySource> coverable() {
        Set<SegmentFile> coverable = new LinkedHashSet<>(attached.files());
        coverable.addAll(files.values());
        coverable.removeIf(SegmentFile::suspect);
        return coverable.stream()
                .map(file -> new SegmentKeySource(file, tombstones.deadIn(file)))
                .toList();
    }

    /**
     * Adopts the snapshot that was written of these files; returns false if some of them are not
     * listed any more, or another process has replaced it.
     */
    synchronized boolean adoptSnapshot(List<SegmentKeySource> written) throws IOException {
        boolean listed = written.stream().map(SegmentKeySource::file).allMatch(this::isListed);
        boolean adopted = listed && attached.adopt(written, mapping);
        if (adopted) {
            removals.applyToSnapshot();
        }
        countUncovered();
        return adopted;
    }

    private boolean isListed(SegmentFile file) {
        return files.get(file.name().committedFile()) == file;
    }

    @GuardedBy("this") private void countUncovered() {
        policy.recount(files.values(), new HashSet<>(attached.files()));
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

    /** Forgets a file, so that the next refresh finds it again. */
    private void giveUp(SegmentFile file) {
        String fileName = file.name().committedFile();
        files.remove(fileName);
        indexer.hiding().remove(file);
        discovery.removeKnown(fileName);
        close(file);
    }

    SnapshotPolicy snapshotPolicy() {
        return policy;
    }

    private void addFile(SegmentFile file) {
        files.put(file.name().committedFile(), file);
        if (closed) {
            close(file); // a segment that was written after a close ran out of time
        }
        policy.addUncovered(file);
    }

    /** Announces a file that this store is about to write: a refresh does not open it. */
    void announce(SegmentName name) {
        discovery.addKnown(name.committedFile());
    }

    /** Takes an announcement back, so that a refresh finds the file if it exists after all. */
    void withdraw(SegmentName name) {
        discovery.removeKnown(name.committedFile());
    }

    /** Opens a file that this store has just written. */
    SegmentFile openOwn(SegmentName name, SegmentProof proof) {
        return discovery.openOwn(name, proof);
    }

    /**
     * Lists a file of this store, once it is a source of rows. A tombstone may name it already: the
     * one who wrote that has listed the file before it was a source, and so found no row to mark.
     */
    void addOwn(SegmentFile file, Keys keys) {
        indexer.killDead(file, keys);
        addFile(file);
    }

    /** Looks for duplicates of the rows of suspect files; false to be asked again. */
    synchronized boolean preferOthers(Set<SegmentFile> suspects) {
        return otherCopies.prefer(suspects, files.values());
    }

    /**
     * Forgets files that are deleted or moved; their rows are misses where no other file has taken
     * their keys.
     */
    synchronized void remove(Set<String> fileNames) {
        fileNames.forEach(discovery::removeKnown);
        letGo(fileNames);
    }

    List<SegmentSummary> segments() {
        return SegmentSummary.of(files.values(), paths.segments(), sources.outage());
    }

    /** Returns how many segment files are known. Opens none. */
    int segmentCount() {
        return files.size();
    }

    Iterable<SegmentFile> files() {
        return files.values();
    }

    /** What removes rows. Who calls it holds the monitor of this. */
    Removals removals() {
        return removals;
    }

    /**
     * Deletes all segment files of the directory, also those of other writers, and what is being
     * written: of a writer who is interrupted so the rows are written under another name, and a
     * compaction or a repair is given up, which would bring rows back. The rows are found until
     * {@link #forget}. A caller that holds the monitor until then keeps a refresh from adding them
     * again.
     */
    synchronized void deleteAll() throws IOException {
        paths.deleteSnapshot(storage);
        Set<String> deleted = discovery.deleteAll();
        tombstones.deleteAll();
        discovery.clear(deleted); // names of earlier clears would pile up
    }

    /** Closes and forgets all files, once no row leads to them. */
    synchronized void forget() {
        closeFiles();
        files.clear();
        attached.forget();
        removals.clear();
        indexer.hiding().clear();
        policy.clear();
        discovery.clearFailures();
    }

    /** Closes the files that are read by pread. Takes no monitor. */
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
