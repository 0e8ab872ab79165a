package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.index.Address;
import io.github.djlcachex.internal.index.RowIndex;
import io.github.djlcachex.internal.segment.Outage;
import io.github.djlcachex.internal.segment.RowSource;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.StringKeys;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The sources of rows by number: on the heap, a file, or gone.
 *
 * <p>An index entry names a source by its number. When a segment is committed, its number is given
 * to the file and no index entry changes; when its rows are lost, the number is given to nothing
 * and the entries are misses. Readers take no lock; a number is never given to other rows.
 */
final class SourceTable implements RowIndex.KeyMatcher {

    private static final Logger logger = LoggerFactory.getLogger(SourceTable.class);

    private volatile AtomicReferenceArray<@Nullable RowSource> slots =
            new AtomicReferenceArray<>(16);
    private final Outage outage = new Outage();
    private int used;

    /** The files that cannot be read now. */
    Outage outage() {
        return outage;
    }

    @Nullable RowSource get(long address) {
        return slots.getAcquire(Address.source(address));
    }

    synchronized int add(RowSource source) {
        if (used == slots.length()) {
            AtomicReferenceArray<@Nullable RowSource> larger = new AtomicReferenceArray<>(2 * used);
            for (int i = 0; i < used; i++) {
                larger.setPlain(i, slots.getPlain(i));
            }
            slots = larger;
        }
        slots.setRelease(used, source);
        return used++;
    }

    synchronized void replace(int number, @Nullable RowSource source) {
        slots.setRelease(number, source);
    }

    /** Forgets some sources; their addresses are misses. */
    synchronized void removeAll(Set<? extends RowSource> gone) {
        for (int i = 0; i < used; i++) {
            RowSource source = slots.getPlain(i);
            if (source != null && gone.contains(source)) {
                slots.setRelease(i, null);
            }
        }
    }

    /** The number of sources that were ever added. */
    synchronized int used() {
        return used;
    }

    /** The number of a source that was added. */
    synchronized int numberOf(RowSource source) {
        for (int i = 0; i < used; i++) {
            if (slots.getPlain(i) == source) {
                return i;
            }
        }
        throw new IllegalStateException("not a source of this table: " + source);
    }

    /** The numbers of all sources. */
    synchronized IdentityHashMap<RowSource, Integer> numbers() {
        IdentityHashMap<RowSource, Integer> numbers = new IdentityHashMap<>();
        for (int i = 0; i < used; i++) {
            RowSource source = slots.getPlain(i);
            if (source != null) {
                numbers.put(source, i);
            }
        }
        return numbers;
    }

    /** Forgets all sources; every address is a miss. */
    synchronized void clear() {
        for (int i = 0; i < used; i++) {
            slots.setRelease(i, null);
        }
    }

    /** Tells whether an address still leads to a source, and to a row that was not removed. */
    boolean isPresent(long address) {
        RowSource source = address == Address.NONE ? null : get(address);
        return source != null
                && !(source instanceof SegmentFile file && file.isRemoved(Address.row(address)));
    }

    /** Tells whether an address leads to a row that was neither removed nor found damaged. */
    boolean isReadable(long address) {
        RowSource source = address == Address.NONE ? null : get(address);
        return source != null
                && !(source instanceof SegmentFile file && file.isUnserved(Address.row(address)));
    }

    /**
     * Tells whether an address leads to a row of a file that cannot be read now: the row is there,
     * and is a miss all the same.
     */
    boolean isUnreadable(long address) {
        return outage.any()
                && address != Address.NONE
                && get(address) instanceof SegmentFile file
                && file.unreadable()
                && !file.isUnserved(Address.row(address));
    }

    /**
     * Opens the files that could not be read, as far as they are back. A read does so for the file
     * that it asks; of a file whose rows nobody asks for, the outage would never end.
     */
    void openUnreadable() {
        for (RowSource source : numbers().keySet()) {
            if (source instanceof SegmentFile file && file.unreadable()) {
                open(file);
            }
        }
    }

    private static void open(SegmentFile file) {
        try {
            file.contract();
        } catch (IOException | CorruptFileException e) {
            logger.debug("{} cannot be read yet", file.path(), e);
        }
    }

    /** Tells whether an address leads to a row that can be read now, as far as is known. */
    boolean isAtHand(long address) {
        return isReadable(address) && !isUnreadable(address);
    }

    /** Tells whether an address leads to a committed file. */
    boolean isOnDisk(long address) {
        return address != Address.NONE && get(address) instanceof SegmentFile;
    }

    /** Tells whether an address leads to a row of a source without any damaged row. */
    boolean isTrusted(long address) {
        return isReadable(address) && !(get(address) instanceof SegmentFile file && file.suspect());
    }

    /** Tells whether an address leads to a file that is still to be opened. */
    boolean isUnopened(long address) {
        return get(address) instanceof SegmentFile file && file.unopened();
    }

    @Override
    public boolean matches(long address, StringKeys keys, int position) {
        RowSource source = get(address);
        return source != null && source.hasKey(Address.row(address), keys, position);
    }

    @Override
    public long prefetch(long address) {
        return get(address) instanceof SegmentFile file
                ? file.prefetchKey(Address.row(address))
                : 0;
    }
}
