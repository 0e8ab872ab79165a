package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.segment.ChangedFileException;
import io.github.djlcachex.internal.segment.RowSource;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.row.CorruptFileException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * The search for duplicates of rows whose file has a damaged row.
 *
 * <p>The index leads to one copy of a key. Once the file of that copy is suspect, this search gives
 * the key to another file. A file that is suspect itself gets it only if the present copy cannot be
 * served. One reading of the keys of all files serves all suspects.
 */
final class OtherCopies {

    private static final Logger logger = LoggerFactory.getLogger(OtherCopies.class);

    private final SourceTable sources;
    private final SegmentIndexer indexer;

    OtherCopies(SourceTable sources, SegmentIndexer indexer) {
        this.sources = sources;
        this.indexer = indexer;
    }

    /** Gives the keys of suspect files the copies that others have; false to be asked again. */
    boolean prefer(Set<SegmentFile> suspects, Collection<SegmentFile> files) {
        IdentityHashMap<RowSource, Integer> numbers = sources.numbers();
        int unread = 0;
        int damaged = 0;
        Exception first = null;
        for (SegmentFile file : files) {
            boolean alone = suspects.size() == 1 && suspects.contains(file);
            Integer number = numbers.get(file);
            if (number != null && !alone) {
                try {
                    indexer.preferTo(suspects, file, number);
                } catch (ChangedFileException | CorruptFileException e) {
                    damaged++;
                    first = first == null ? e : first;
                } catch (IOException e) {
                    unread++;
                    first = first == null ? e : first;
                }
            }
        }
        warn(unread, damaged, first);
        return unread == 0;
    }

    /**
     * Gives the keys of files that are gone the copies that others have. A file whose keys cannot
     * be read now keeps them for the search after the next file that goes.
     */
    void takeOver(Set<SegmentFile> gone) {
        Set<SegmentFile> hiding = indexer.hiding();
        hiding.removeAll(gone);
        int unread = 0;
        int damaged = 0;
        Exception first = null;
        for (SegmentFile file : hiding) {
            try {
                indexer.takeOver(gone, file, sources.numberOf(file));
            } catch (ChangedFileException | CorruptFileException e) {
                damaged++;
                first = first == null ? e : first;
            } catch (IOException e) {
                unread++;
                first = first == null ? e : first;
            }
        }
        warn(unread, damaged, first);
    }

    private static void warn(int unread, int damaged, @Nullable Exception first) {
        if (first != null) {
            logger.warn(
                    "looked for other copies of damaged rows: the keys of {} segments cannot be"
                            + " read now, those of {} are damaged",
                    unread,
                    damaged,
                    first);
        }
    }
}
