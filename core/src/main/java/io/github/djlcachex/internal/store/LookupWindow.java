package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.index.Address;
import io.github.djlcachex.internal.index.RowIndex;
import io.github.djlcachex.internal.io.AsyncReadErrors;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;

import org.jspecify.annotations.Nullable;

/**
 * The consecutive positions of a batch that were looked up last, and where their rows are.
 *
 * <p>Looking up many keys at once lets the processor wait for the memory of all of them together. A
 * row of the memory tier is copied into the batch by the lookup itself. For one thread.
 */
final class LookupWindow {

    private final RowIndex index;
    private final MemoryTier tier;
    private final Keys keys;
    private final RowBatch into;
    private final long[] addresses;
    private final boolean[] inTier;
    private MemoryTier.@Nullable Search search;
    private int from;
    private int to;

    LookupWindow(Generation.State state, Keys keys, RowBatch into) {
        this.index = state.index();
        this.tier = state.tier();
        this.keys = keys;
        this.into = into;
        this.addresses = new long[Math.min(keys.size(), RowIndex.KEYS_AT_ONCE)];
        this.inTier = new boolean[addresses.length];
    }

    /** Forgets what was looked up; the next position is this one. */
    void reset(int position) {
        from = position;
        to = position;
    }

    /** The position after the last one that was looked up. */
    int to() {
        return to;
    }

    /**
     * Looks up positions from one on, not beyond a limit.
     *
     * <p>Comparing string keys reads mapped files, so this can throw a deferred InternalError. An
     * error that an earlier row copy left is surfaced first; otherwise the search would take it for
     * its own, and would call a key unequal.
     */
    void find(int position, int limit) {
        AsyncReadErrors.surface();
        int count = Math.min(addresses.length, limit - position);
        from = position;
        if (tier.used()) {
            search = search == null ? tier.search(keys) : search;
            for (int i = 0; i < count; i++) {
                inTier[i] = search.copy(position + i, into);
            }
        }
        index.findAll(keys, position, count, inTier, addresses);
        to = position + count;
    }

    /** The address of a row that the index leads to, or {@link Address#NONE}. */
    long address(int position) {
        return addresses[position - from];
    }

    /**
     * Copies a row from the memory tier that came there after it was looked up, and tells whether
     * it did.
     */
    boolean copyLate(int position) {
        search = search == null ? tier.search(keys) : search;
        return search.copy(position, into);
    }

    /** Tells whether the row came from the memory tier. */
    boolean isInTier(int position) {
        return inTier[position - from];
    }
}
