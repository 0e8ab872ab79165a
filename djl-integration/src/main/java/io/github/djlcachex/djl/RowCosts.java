package io.github.djlcachex.djl;

import ai.djl.Device;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.djl.internal.HostName;
import io.github.djlcachex.djl.internal.MedianRowCost;
import io.github.djlcachex.djl.internal.RowCost;
import io.github.djlcachex.row.CacheClosedException;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/**
 * RowCosts tells what a row of one decorator costs to compute: as measured here, or else as an
 * earlier run has noted beside the rows.
 */
final class RowCosts {

    /** What was measured over so many rows is not improved by a longer measurement elsewhere. */
    private static final long ENOUGH_ROWS = 1_000;

    private final MedianRowCost measured;
    private volatile String device = Device.cpu().toString();
    private volatile long remembered;
    private volatile @Nullable Noted noted;

    /** The note of a cache as it was read. */
    private record Noted(FeatureCache cache, Optional<RowCost> cost) {}

    /**
     * The cost of a row.
     *
     * @param here whether it was measured by this decorator
     */
    record Basis(RowCost cost, boolean here) {}

    RowCosts(MedianRowCost measured) {
        this.measured = measured;
    }

    /** Notes on which device the block was run. */
    void on(Device device) {
        this.device = device.toString();
    }

    /** Returns the cost of a row, or nothing if it was never measured. */
    Optional<Basis> basis(@Nullable FeatureCache open) {
        RowCost own = own();
        return own != null
                ? Optional.of(new Basis(own, true))
                : note(open).map(cost -> new Basis(cost, false));
    }

    private @Nullable RowCost own() {
        MedianRowCost.Measured now = measured.measured();
        return now.rows() == 0 || now.nanosPerRow() <= 0
                ? null
                : new RowCost(now.nanosPerRow(), now.rows(), device, HostName.get());
    }

    private Optional<RowCost> note(@Nullable FeatureCache open) {
        Noted last = noted;
        if (last != null && (open == null || last.cache == open)) {
            return last.cost;
        }
        if (open == null) {
            return Optional.empty();
        }
        try {
            Optional<RowCost> cost = open.note(RowCost.NOTE).flatMap(RowCost::ofNote);
            noted = new Noted(open, cost);
            return cost;
        } catch (CacheClosedException e) {
            return Optional.empty(); // by another thread meanwhile
        }
    }

    /** Keeps what was measured beside the rows, unless a longer measurement is there. */
    void remember(@Nullable FeatureCache open) {
        RowCost own = own();
        if (own == null || open == null || own.rows() == remembered) {
            return;
        }
        Optional<RowCost> before = note(open).filter(cost -> sameMachine(cost, own));
        if (before.isPresent() && own.rows() < Math.min(before.get().rows(), ENOUGH_ROWS)) {
            return;
        }
        try {
            open.putNote(RowCost.NOTE, own.toNote());
            remembered = own.rows();
        } catch (CacheClosedException e) {
            // by another thread meanwhile; what is lost is a hint
        }
    }

    private static boolean sameMachine(RowCost one, RowCost other) {
        return one.host().equals(other.host()) && one.device().equals(other.device());
    }
}
