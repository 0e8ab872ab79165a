package io.github.djlcachex.internal.store;

import java.util.List;

/** What was written and lost between two instants, and what waited at the second one. */
public record FlushCounts(
        long persistedRows,
        long persistedBytes,
        long lostRows,
        long pendingRows,
        List<String> failures,
        boolean namesUnforced) {

    /** The most reasons that are kept. */
    static final int MAX_FAILURES = 16;

    public FlushCounts {
        failures = List.copyOf(failures);
    }
}
