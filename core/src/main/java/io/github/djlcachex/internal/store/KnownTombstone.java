package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.segment.Tombstone;

import java.util.List;
import java.util.function.Predicate;

/** A tombstone that was read, and its keys to look a key up. */
record KnownTombstone(Tombstone tombstone, KeySet keys) {

    KnownTombstone(Tombstone tombstone) {
        this(tombstone, new KeySet(tombstone.keys()));
    }

    /** The rows of a segment that are dead by those of some tombstones that touch it. */
    static DeadRows deadRows(List<KnownTombstone> known, Predicate<Tombstone> touches) {
        List<KeySet> killed =
                known.stream()
                        .filter(one -> touches.test(one.tombstone))
                        .map(KnownTombstone::keys)
                        .toList();
        return killed.isEmpty()
                ? DeadRows.NONE
                : (keys, row) -> killed.stream().anyMatch(set -> set.contains(keys, row));
    }
}
