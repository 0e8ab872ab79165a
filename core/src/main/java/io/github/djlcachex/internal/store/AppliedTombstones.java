package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.segment.SegmentName;
import io.github.djlcachex.internal.segment.SegmentRanges;
import io.github.djlcachex.internal.segment.Tombstone;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * AppliedTombstones are the tombstones that a compaction applies to all its inputs: those that were
 * known at one moment, whatever the store learns later. For one thread.
 */
final class AppliedTombstones {

    private final List<Tombstone> known;
    private final Map<SegmentName, KeySet> keys = new HashMap<>();

    AppliedTombstones(List<Tombstone> known) {
        this.known = known;
    }

    private static boolean touches(Tombstone tombstone, CompactionInput input) {
        return tombstone.touches(input.file().name(), input.lineage());
    }

    boolean isEmpty() {
        return known.isEmpty();
    }

    /** The rows of an input that are not to be copied. */
    DeadRows deadIn(CompactionInput input) {
        List<KeySet> killed =
                known.stream()
                        .filter(tombstone -> touches(tombstone, input))
                        .map(this::keysOf)
                        .toList();
        return killed.isEmpty()
                ? DeadRows.NONE
                : (inputKeys, row) -> killed.stream().anyMatch(set -> set.contains(inputKeys, row));
    }

    private KeySet keysOf(Tombstone tombstone) {
        return keys.computeIfAbsent(tombstone.name(), name -> new KeySet(tombstone.keys()));
    }

    /** The names of those that touch any of these files. */
    SegmentRanges touching(Collection<CompactionInput> inputs) {
        return SegmentRanges.of(
                known.stream()
                        .filter(
                                tombstone ->
                                        inputs.stream().anyMatch(file -> touches(tombstone, file)))
                        .map(Tombstone::name)
                        .toList());
    }
}
