package io.github.djlcachex.internal.store;

import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.row.KeyType;

import java.util.Map;
import java.util.SplittableRandom;

/** What a {@link RemovalSequence} is made of. */
final class RemovalPlan {

    private RemovalPlan() {}

    /** What a step does. */
    enum Action {
        PUT,
        FLUSH,
        REFRESH,
        CHECK,
        REMOVE,
        REPLACE,
        CLEAR,
        REPAIR,
        COMPACT,
        DAMAGE,
        REOPEN,
        CRASH,
        POWER_LOSS
    }

    /**
     * One step. All that it draws follows from its seed, so that others may be left out.
     *
     * @param action what is done
     * @param store by which store
     * @param seed what it draws from
     * @param failsAt which operation of the storage fails in this step, or 0 for none
     * @param dies whether all later ones fail too, and the process ends with the step
     */
    record Step(Action action, int store, long seed, int failsAt, boolean dies) {}

    /** How the stores of a sequence are opened. */
    record Setup(int stores, KeyType keyType, boolean flushesOnlyWhenAsked, long seed) {
        Map<StoreOption, Object> options(int store) {
            SplittableRandom drawn = new SplittableRandom(seed + store);
            boolean mapped = drawn.nextBoolean();
            return Map.of(
                    StoreOption.SEGMENT_ROWS,
                    flushesOnlyWhenAsked ? 1000L : 1L + drawn.nextInt(6),
                    StoreOption.FLUSH_DELAY_MS,
                    3_600_000L,
                    StoreOption.INDEX_SNAPSHOT_ROWS,
                    (long) drawn.nextInt(6),
                    StoreOption.READ_MODE,
                    mapped ? ReadMode.MAPPED : ReadMode.POSITIONAL,
                    StoreOption.MEMORY_TIER_BYTES,
                    drawn.nextInt(2) * 4000L,
                    StoreOption.REFRESH_INTERVAL_MS,
                    0L,
                    StoreOption.SHUTDOWN_HOOK,
                    false);
        }
    }
}
