package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.io.NotRegularFileException;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.segment.Discarded;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.internal.segment.SegmentName;
import io.github.djlcachex.internal.segment.SegmentProof;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.UnsupportedFormatException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The search of the directory for segment files that this store does not know.
 *
 * <p>A damaged, foreign or newer file is skipped with one warning and never removed. It is tried
 * again once its size or time has changed. The caller holds the monitor of {@link Catalog}, except
 * where a method says otherwise.
 */
final class SegmentDiscovery {

    private static final Logger logger = LoggerFactory.getLogger(SegmentDiscovery.class);

    private final Storage storage;
    private final StorePaths paths;
    private final Generation generation;
    private final SourceTable sources;
    private final StoreCounters counters;
    private final boolean mapping;
    private final Set<String> knownNames = ConcurrentHashMap.newKeySet();
    private final Set<String> retired = new HashSet<>();
    private final SkippedFiles skipped;
    private final UnreadableNames unreadable;
    private volatile boolean forceFoundNames;

    SegmentDiscovery(
            Storage storage,
            StorePaths paths,
            Generation generation,
            SourceTable sources,
            StoreCounters counters,
            boolean mapping) {
        this.storage = storage;
        this.paths = paths;
        this.generation = generation;
        this.sources = sources;
        this.counters = counters;
        this.mapping = mapping;
        this.skipped = new SkippedFiles(storage, paths.segments());
        this.unreadable = new UnreadableNames(paths.segments());
    }

    /**
     * Forces the names of files from now on before their rows are served. A writer may have renamed
     * a file and not yet forced the name, and rows that are found are not stored once more. Needs
     * no monitor.
     */
    void forceFoundNames() {
        forceFoundNames = true;
    }

    /** Tells whether a listed file could not be opened. Needs no monitor. */
    boolean waitsForFiles() {
        return unreadable.any();
    }

    /** Remembers a name that a listing may show and that is not to be opened. Needs no monitor. */
    void addKnown(String fileName) {
        knownNames.add(fileName);
    }

    /** Forgets a name: the next listing that shows it has the file opened. Needs no monitor. */
    void removeKnown(String fileName) {
        knownNames.remove(fileName);
    }

    /**
     * Deletes all segments, and what is being written, and forces that. Returns the names of the
     * deleted segments, which stay known.
     */
    Set<String> deleteAll() throws IOException {
        Set<String> deleted = new HashSet<>();
        for (String fileName : storage.list(paths.segments())) {
            if (SegmentName.parse(fileName, SegmentName.TEMPORARY).isPresent()) {
                storage.deleteIfExists(paths.segments().resolve(fileName));
            } else if (SegmentName.parse(fileName, SegmentName.COMMITTED).isPresent()) {
                Discarded.delete(storage, paths.segments().resolve(fileName));
                addKnown(fileName);
                deleted.add(fileName);
            }
        }
        storage.forceDirectory(paths.segments());
        return deleted;
    }

    /** Forgets a name once no listing shows it: its file is about to be deleted. */
    void retire(String fileName) {
        retired.add(fileName);
    }

    private void forgetRetired(Set<String> listed) {
        for (String fileName : List.copyOf(retired)) {
            if (!listed.contains(fileName)) {
                retired.remove(fileName);
                removeKnown(fileName);
            }
        }
    }

    /** Forgets all names but those of files that were just deleted. */
    void clear(Set<String> deleted) {
        knownNames.retainAll(deleted);
    }

    /** Forgets which files were skipped or could not be opened. */
    void clearFailures() {
        skipped.clear();
        unreadable.clear();
    }

    /**
     * Opens the files of a listing that are new, in the order of their names.
     *
     * @param found takes each file that is of this generation
     * @return the number of those files
     */
    int openNew(List<String> listed, Consumer<SegmentFile.Opened> found) throws IOException {
        if (!retired.isEmpty()) {
            forgetRetired(Set.copyOf(listed));
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
                added += add(name.committedFile(), name, found) ? 1 : 0;
            }
        } finally {
            unreadable.refreshed();
        }
        return added;
    }

    private boolean add(String fileName, SegmentName name, Consumer<SegmentFile.Opened> found)
            throws IOException {
        try {
            return tryAdd(fileName, name, found);
        } catch (CorruptFileException | UnsupportedFormatException | NotRegularFileException e) {
            logger.debug("reading {} once more", fileName, e);
        }
        // Stamped before the second reading: a file that is completed meanwhile must look changed.
        SkippedFiles.FileStamp stamp = skipped.stamp(fileName);
        try {
            return tryAdd(fileName, name, found);
        } catch (CorruptFileException | UnsupportedFormatException | NotRegularFileException e) {
            skip(fileName, stamp, e.getMessage());
            return false;
        }
    }

    private boolean tryAdd(String fileName, SegmentName name, Consumer<SegmentFile.Opened> found)
            throws IOException {
        Optional<SegmentFile.Opened> opened = openListed(fileName, name);
        if (opened.isEmpty() || !isAccepted(opened.get().file())) {
            return false;
        }
        knownNames.add(fileName);
        skipped.remove(fileName);
        unreadable.remove(fileName);
        found.accept(opened.get());
        return true;
    }

    /** A file that is listed but cannot be opened may be on its way out, or not yet here. */
    private Optional<SegmentFile.Opened> openListed(String fileName, SegmentName name)
            throws IOException {
        try {
            return Optional.of(open(fileName, name));
        } catch (NotRegularFileException e) {
            throw e;
        } catch (IOException first) {
            // One look a refresh is enough to tell whether the directory itself is there.
            boolean asks = first instanceof NoSuchFileException || unreadable.isFirst();
            if (asks && !storage.list(paths.segments()).contains(fileName)) {
                return Optional.empty();
            }
            return openAgain(fileName, name, first);
        }
    }

    private Optional<SegmentFile.Opened> openAgain(
            String fileName, SegmentName name, IOException first) {
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

    private SegmentFile.Opened open(String fileName, SegmentName name) throws IOException {
        Path path = paths.segments().resolve(fileName);
        return SegmentFile.open(storage, path, name, mapping, sources.outage());
    }

    private boolean isAccepted(SegmentFile file) throws IOException {
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
    private void skip(String fileName, SkippedFiles.FileStamp stamp, @Nullable String reason) {
        knownNames.add(fileName);
        if (skipped.add(fileName, stamp)) {
            counters.skippedSegments.increment();
            logger.warn("skipped {} in {}: {}", fileName, paths.segments(), reason);
        }
    }

    /**
     * Opens a file that this store has just written. Its rows are in the index and on disk, so a
     * file that cannot be opened now is opened when it is read. Needs no monitor.
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
}
