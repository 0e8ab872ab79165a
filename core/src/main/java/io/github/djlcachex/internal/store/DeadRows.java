package io.github.djlcachex.internal.store;

import io.github.djlcachex.row.Keys;

/** The rows of one segment that tombstones have killed. */
@FunctionalInterface
interface DeadRows {

    /** No row of a segment that no tombstone touches. */
    DeadRows NONE = (keys, row) -> false;

    /**
     * Tells whether a row is dead.
     *
     * @param keys the keys of the segment, by row
     */
    boolean isDead(Keys keys, int row);
}
