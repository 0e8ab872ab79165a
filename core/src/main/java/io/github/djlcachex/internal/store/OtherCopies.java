package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.index.Address;
import io.github.djlcachex.internal.segment.ChangedFileException;
import io.github.djlcachex.internal.segment.RowSource;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.Keys;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * The search for other copies of rows whose file has a bad one.
 *
 * <p>The index knows one copy of a key. Once that one's file has a bad row, another file's copy is
 * better, and this finds it; of a file that is suspect itself only where there is no other. All
 * suspect files are served by one reading of the keys.
 */
final class OtherCopies {

    private static final Logger logger = LoggerFactory.getLogger(OtherCopies.class);

    private final SourceTable sources;
    private final IndexUpdater rows;

    OtherCopies(SourceTable sources, IndexUpdater rows) {
        this.sources = sources;
        this.rows = rows;
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
                    reindex(file, number, suspects);
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

    private void reindex(SegmentFile file, int number, Set<SegmentFile> suspects)
            throws IOException {
        Keys keys = file.readKeys();
        rows.update(
                index -> {
                    for (int row = 0; row < keys.size(); row++) {
                        long address = index.find(keys, row);
                        if (isOfAnother(address, file, suspects)
                                && (!file.suspect() || !sources.isReadable(address))
                                && !file.isBad(row)) {
                            index.put(keys, row, Address.of(number, row));
                        }
                    }
                });
    }

    private boolean isOfAnother(long address, SegmentFile file, Set<SegmentFile> suspects) {
        return sources.isPresent(address)
                && sources.get(address) instanceof SegmentFile suspect
                && suspect != file
                && suspects.contains(suspect);
    }
}
