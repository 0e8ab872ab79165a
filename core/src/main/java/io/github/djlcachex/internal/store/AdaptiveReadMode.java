package io.github.djlcachex.internal.store;

import java.util.concurrent.TimeUnit;

/**
 * The choice between the mapping of a file and pread, by how long earlier copies took.
 *
 * <p>A fault in a mapping makes the kernel read its whole readahead window, often 128 KiB and on
 * some disks 8 MiB, and Java before 22 cannot call {@code madvise(MADV_RANDOM)}. A pread fetches
 * the row alone, but costs a system call. So rows are read by pread first. After {@code
 * requiredFastGroups} consecutive groups that were as fast as memory, they are read through the
 * mapping. After three consecutive groups that were as slow as a disk, they are read by pread
 * again, and {@code requiredFastGroups} doubles. After {@code GROUPS_UNTIL_RESET} fast groups
 * through the mapping it is as small as at first.
 *
 * <p>Threads share it without a lock, on purpose: a lost update delays a switch by one group.
 */
final class AdaptiveReadMode {

    /** A copy through a mapping takes at least this from a disk, apart from its bytes. */
    private static final long DISK_COPY_NANOS = TimeUnit.MICROSECONDS.toNanos(40);

    /** A pread takes at most this from memory, apart from its bytes. */
    private static final long MEMORY_READ_NANOS = TimeUnit.MICROSECONDS.toNanos(12);

    /** One pause of the JVM makes fewer slow groups than this while one or two threads read. */
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

    /** Creates the choice; without adapting it is always the mapping. */
    AdaptiveReadMode(boolean adaptive) {
        this.adaptive = adaptive;
        this.positional = adaptive;
    }

    /** Tells whether to read by pread. */
    boolean isPositional() {
        return positional;
    }

    /** Tells whether the last rows came from a disk, so that more threads get more of them. */
    boolean isDiskBound() {
        return slowStreak >= SLOW_STREAK;
    }

    /** Tells whether copies, by pread or not, took longer than from memory. */
    static boolean isFromDisk(int reads, long bytes, long nanos) {
        return isSlow(MEMORY_READ_NANOS, reads, bytes, nanos);
    }

    /** Records a batch none of whose rows came from a file. */
    void recordNoFile() {
        recordSpeed(false);
    }

    /** Records how long a group of copies took. */
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

    /**
     * Writes nothing while rows come from memory, so that threads do not share a dirty cache line.
     */
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
