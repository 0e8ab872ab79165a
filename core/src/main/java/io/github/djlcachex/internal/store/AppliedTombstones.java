package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.segment.SegmentRanges;
import io.github.djlcachex.internal.segment.Tombstone;

import java.util.Collection;
import java.util.List;

/**
 * AppliedTombstones are the tombstones that a compaction applies to all its inputs: those that were
 * known at one moment, whatever the store learns later.
 */
final class AppliedTombstones {

    private final List<KnownTombstone> known;

    AppliedTombstones(List<KnownTombstone> known) {
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
        return KnownTombstone.deadRows(known, tombstone -> touches(tombstone, input));
    }

    /** The names of those that touch any of these files. */
    SegmentRanges touching(Collection<CompactionInput> inputs) {
        return SegmentRanges.of(
                known.stream()
                        .map(KnownTombstone::tombstone)
                        .filter(
                                tombstone ->
                                        inputs.stream().anyMatch(file -> touches(tombstone, file)))
                        .map(Tombstone::name)
                        .toList());
    }
}
