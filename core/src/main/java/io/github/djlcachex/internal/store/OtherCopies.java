package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.segment.ChangedFileException;
import io.github.djlcachex.internal.segment.RowSource;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.row.CorruptFileException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The search for duplicates of rows whose file has a damaged row, or is gone.
 *
 * <p>The index leads to one copy of a key. Once the file of that copy is suspect or gone, this
 * search gives the key to another file. A file that is suspect itself gets it only if the present
 * copy cannot be served. One reading of the keys of a file serves all suspects, or all that is
 * gone.
 */
final class OtherCopies {

    private static final Logger logger = LoggerFactory.getLogger(OtherCopies.class);

    private final SourceTable sources;
    private final SegmentIndexer indexer;
    private Set<SegmentFile> unread = Set.of();

    OtherCopies(SourceTable sources, SegmentIndexer indexer) {
        this.sources = sources;
        this.indexer = indexer;
    }

    /** A reading of the keys of one file. */
    private interface Reading {
        void of(SegmentFile file, int number) throws IOException;
    }

    /** Gives the keys of suspect files the copies that others have; false to be asked again. */
    boolean prefer(Set<SegmentFile> suspects, Collection<SegmentFile> files) {
        List<SegmentFile> others =
                files.stream()
                        .filter(file -> suspects.size() > 1 || !suspects.contains(file))
                        .toList();
        return readEach(
                        others,
                        "damaged rows",
                        (file, number) -> indexer.preferTo(suspects, file, number))
                .isEmpty();
    }

    /**
     * Gives the keys of files that are gone the copies that others have. Files whose keys cannot be
     * read now are asked again by {@link #retry}.
     */
    void takeOver(Set<SegmentFile> gone) {
        indexer.hiding().removeAll(gone);
        takeOver(gone, file -> true);
    }

    /** Asks those files again whose keys could not be read. */
    void retry() {
        if (!unread.isEmpty()) {
            Set<SegmentFile> again = unread;
            unread = Set.of();
            takeOver(Set.of(), again::contains);
        }
    }

    /** Tells whether there are such files. */
    boolean waits() {
        return !unread.isEmpty();
    }

    /** Gives keys whose rows were removed the copies in files of which none was. */
    void takeOverRemoved(Predicate<SegmentFile> isTouched) {
        takeOver(Set.of(), isTouched.negate());
    }

    private void takeOver(Set<SegmentFile> gone, Predicate<SegmentFile> from) {
        Set<SegmentFile> left = new HashSet<>(unread);
        left.addAll(
                readEach(
                        indexer.hiding().stream().filter(from).toList(),
                        "rows whose files are gone",
                        (file, number) -> indexer.takeOver(gone, file, number)));
        unread = left;
    }

    /** Reads those files that are sources; returns those that cannot be read now. */
    private List<SegmentFile> readEach(
            Iterable<SegmentFile> files, String copiesOf, Reading reading) {
        IdentityHashMap<RowSource, Integer> numbers = sources.numbers();
        List<SegmentFile> left = new ArrayList<>();
        int damaged = 0;
        Exception first = null;
        for (SegmentFile file : files) {
            Integer number = numbers.get(file);
            try {
                if (number != null) {
                    reading.of(file, number);
                }
            } catch (ChangedFileException | CorruptFileException e) {
                damaged++;
                first = first == null ? e : first;
            } catch (IOException e) {
                left.add(file);
                first = first == null ? e : first;
            }
        }
        warn(copiesOf, left.size(), damaged, first);
        return left;
    }

    private static void warn(String copiesOf, int unread, int damaged, @Nullable Exception first) {
        if (first != null) {
            logger.warn(
                    "looked for other copies of {}: the keys of {} segments cannot be"
                            + " read now, those of {} are damaged",
                    copiesOf,
                    unread,
                    damaged,
                    first);
        }
    }
}
