package io.github.djlcachex.internal.store;

import java.util.function.BooleanSupplier;

/**
 * How a compaction is to run.
 *
 * @param minFiles the fewest small files that it is worth
 * @param minDeadPercent how many rows of a file must be removed so that it is worth it alone
 * @param maxGroups the most groups of files that it replaces
 * @param tiered whether a file waits until those that are smaller are as large as it together: so
 *     each row is copied a few times only, however often files are added
 * @param dryRun whether it only tells what it would do
 * @param cancelled tells it to end soon
 */
record CompactionRun(
        int minFiles,
        int minDeadPercent,
        int maxGroups,
        boolean tiered,
        boolean dryRun,
        BooleanSupplier cancelled) {

    private static final int MANY_DEAD_PERCENT = 20;

    static CompactionRun byCall(boolean dryRun) {
        return new CompactionRun(2, 0, Integer.MAX_VALUE, false, dryRun, () -> false);
    }

    static CompactionRun byItself(int minFiles, BooleanSupplier cancelled) {
        return new CompactionRun(minFiles, MANY_DEAD_PERCENT, 1, true, false, cancelled);
    }

    /** Tells whether a file is worth a copy because of its removed rows alone. */
    boolean isWorth(CompactionInput input) {
        long dead = 100L * input.deadRows();
        return dead > (long) minDeadPercent * input.file().rows();
    }
}
