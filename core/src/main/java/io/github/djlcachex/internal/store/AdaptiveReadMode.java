package io.github.djlcachex.internal.store;

import java.util.concurrent.TimeUnit;

/**
 * Tells from how long copies took whether the rows of mapped files come from memory or from a disk.
 *
 * <p>A fault in a mapping makes the kernel read its whole readahead window, often 128 KiB and on
 * some disks 8 MiB, and Java cannot say {@code madvise(MADV_RANDOM)}. A positional read of a file
 * that is read at random fetches the row alone, but costs a system call. So rows are read that way
 * until many groups in a row came as fast as from memory, then through the mapping until some
 * groups in a row took as long as from a disk. Each time that the mapping was a mistake, twice as
 * many fast groups are asked for; after very many fast ones through it, as few as at first.
 *
 * <p>Threads share it without a lock: a lost update delays a change by a group.
 */
final class AdaptiveReadMode {

    /** What a copy through a mapping takes from a disk, at least, beside its bytes. */
    private static final long DISK_COPY_NANOS = TimeUnit.MICROSECONDS.toNanos(40);

    /** What a positional read takes from memory, at most, beside its bytes. */
    private static final long MEMORY_READ_NANOS = TimeUnit.MICROSECONDS.toNanos(12);

    /** More than one pause of the JVM makes where one or two threads read. */
    private static final int SLOW_STREAK = 3;

    private static final int MIN_FAST_GROUPS = 16;
    private static final int MAX_FAST_GROUPS = 1024;
    private static final int GROUPS_UNTIL_RESET = 16 * MAX_FAST_GROUPS;

    private final boolean adaptive;
    private volatile boolean positional;
    private volatile int requiredFastGroups = MIN_FAST_GROUPS;
    private volatile int streak;
    private volatile int fastMappedGroups;
    private volatile int slowStreak;

    /** One that does not adapt is always for the mapping, if there is one. */
    AdaptiveReadMode(boolean adaptive) {
        this.adaptive = adaptive;
        this.positional = adaptive;
    }

    /** Tells whether to read by positional reads. */
    boolean isPositional() {
        return positional;
    }

    /** Tells whether the last rows came from a disk, so that more threads get more of them. */
    boolean isDiskBound() {
        return slowStreak >= SLOW_STREAK;
    }

    /** Tells whether copies, by positional reads or not, took longer than from memory. */
    static boolean isFromDisk(int reads, long bytes, long nanos) {
        return isSlow(MEMORY_READ_NANOS, reads, bytes, nanos);
    }

    /** Notes a batch of rows none of which came from a file. */
    void recordNoFile() {
        recordSpeed(false);
    }

    /** Notes how long a group of copies took, made in one way or the other. */
    void record(boolean wasPositional, int copies, long bytes, long nanos) {
        recordSpeed(isFromDisk(copies, bytes, nanos));
        if (!adaptive || wasPositional != positional) {
            return;
        }
        if (wasPositional) {
            recordPositional(isFromDisk(copies, bytes, nanos));
        } else {
            recordMapped(isSlow(DISK_COPY_NANOS, copies, bytes, nanos));
        }
    }

    /** Threads that read from memory write nothing here. */
    private void recordSpeed(boolean slow) {
        int newStreak = slow ? Math.min(SLOW_STREAK, slowStreak + 1) : 0;
        if (newStreak != slowStreak) {
            slowStreak = newStreak;
        }
    }

    /** Any memory gives a byte in a nanosecond. */
    private static boolean isSlow(long nanosACopy, int copies, long bytes, long nanos) {
        return nanos > copies * nanosACopy + bytes;
    }

    private void recordPositional(boolean slow) {
        int newStreak = slow ? 0 : streak + 1;
        streak = newStreak;
        if (newStreak >= requiredFastGroups) {
            switchTo(false);
        }
    }

    private void recordMapped(boolean slow) {
        int newStreak = slow ? streak + 1 : 0;
        int fast = slow ? fastMappedGroups : fastMappedGroups + 1;
        streak = newStreak;
        fastMappedGroups = fast;
        if (newStreak >= SLOW_STREAK) {
            requiredFastGroups = Math.min(MAX_FAST_GROUPS, 2 * requiredFastGroups);
            switchTo(true);
        } else if (fast == GROUPS_UNTIL_RESET) {
            requiredFastGroups = MIN_FAST_GROUPS;
        }
    }

    private void switchTo(boolean toPositional) {
        streak = 0;
        fastMappedGroups = 0;
        positional = toPositional;
    }
}
