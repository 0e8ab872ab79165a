package io.github.djlcachex.cache;

import java.util.concurrent.TimeUnit;

/**
 * Tells from how long copies took whether the rows of mapped files come from memory or from a disk.
 *
 * <p>A fault in a mapping makes the kernel read its whole readahead window, often 128 KiB and on
 * some disks 8 MiB, and Java cannot say {@code madvise(MADV_RANDOM)}. A positional read of a file
 * that is read at random fetches the row alone, but costs a system call. So rows are read that way
 * until many groups in a row came as fast as from memory, then through the mapping until two groups
 * in a row took as long as from a disk. Each time that the mapping was a mistake, twice as many
 * fast groups are asked for.
 *
 * <p>Threads share it without a lock: a lost update delays a change by a group.
 */
final class ReadPace {

    /** What copies of rows through a mapping take from a disk, at least, beside their bytes. */
    private static final long DISK_ROW_NANOS = TimeUnit.MICROSECONDS.toNanos(40);

    /** What positional reads of rows take from memory, at most, beside their bytes. */
    private static final long MEMORY_ROW_NANOS = TimeUnit.MICROSECONDS.toNanos(12);

    private static final int SLOW_GROUPS = 2;
    private static final int MIN_FAST_GROUPS = 16;
    private static final int MAX_FAST_GROUPS = 1024;

    private final boolean adaptive;
    private volatile boolean fromDisk;
    private volatile int fastGroupsAsked = MIN_FAST_GROUPS;
    private volatile int groupsInARow;

    /** One that never changes is always for the mapping, if there is one. */
    ReadPace(boolean adaptive) {
        this.adaptive = adaptive;
        this.fromDisk = adaptive;
    }

    /** Tells whether to read by positional reads. */
    boolean fromDisk() {
        return fromDisk;
    }

    /** Notes how long it took to copy a group of rows, in one way or the other. */
    void note(boolean asFromDisk, int rows, long bytes, long nanos) {
        if (!adaptive || asFromDisk != fromDisk) {
            return;
        }
        // Any memory gives a byte in a nanosecond.
        long nanosARow = asFromDisk ? MEMORY_ROW_NANOS : DISK_ROW_NANOS;
        boolean slow = nanos > rows * nanosARow + bytes;
        int inARow = slow == asFromDisk ? 0 : groupsInARow + 1;
        groupsInARow = inARow;
        if (inARow >= (asFromDisk ? fastGroupsAsked : SLOW_GROUPS)) {
            turn(asFromDisk);
        }
    }

    private void turn(boolean toMapping) {
        if (!toMapping) {
            fastGroupsAsked = Math.min(MAX_FAST_GROUPS, 2 * fastGroupsAsked);
        }
        groupsInARow = 0;
        fromDisk = !toMapping;
    }
}
