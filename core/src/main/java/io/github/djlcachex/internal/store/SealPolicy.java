package io.github.djlcachex.internal.store;

import java.util.concurrent.TimeUnit;

/**
 * The SealPolicy says when an open segment that is not full is sealed. Used under the rows' lock.
 *
 * <p>Rows that wait on the heap are lost with the process, and each segment is a file. So a segment
 * of 1 MiB and more is sealed at the age of the flush delay, and a smaller one at ten times that
 * age. Either is sealed sooner once no row came for a tenth of the flush delay: an epoch of hits
 * has begun, or a service is at rest.
 *
 * <p>A process to which rows come one by one, with pauses, would so make a file of each. Each small
 * segment that is sealed by this rule doubles the pause that it takes, up to the age at which it is
 * sealed anyway. A segment that is not small begins anew, and so does one that is opened as long
 * after the last small one: the age alone would have let that many files come about.
 */
final class SealPolicy {

    /** A segment under this size is small. */
    static final long SMALL_BYTES = 1 << 20;

    private static final int SMALL_AGE_FACTOR = 10;
    private static final int FIRST_PAUSE_DIVISOR = 10;

    private final long ageNanos;
    private final long smallAgeNanos;
    private final long firstPauseNanos;
    private long pauseNanos;
    private long lastPutNanos;
    private boolean sealedSmall;
    private long sealedSmallNanos;

    SealPolicy(long flushDelayMs) {
        this.ageNanos = TimeUnit.MILLISECONDS.toNanos(flushDelayMs);
        this.smallAgeNanos = SMALL_AGE_FACTOR * ageNanos;
        this.firstPauseNanos = ageNanos / FIRST_PAUSE_DIVISOR;
        this.pauseNanos = firstPauseNanos;
    }

    /** Begins to watch a segment that is opened now. */
    void opened(long nowNanos) {
        lastPutNanos = nowNanos;
        if (sealedSmall && nowNanos - sealedSmallNanos >= smallAgeNanos) {
            startAnew();
        }
    }

    /** Rows were appended. */
    void appended(long nowNanos) {
        lastPutNanos = nowNanos;
    }

    /** How long the open segment of this size may still wait; 0 or less if it is due. */
    long leftNanos(long bytes, long openedNanos, long nowNanos) {
        boolean small = bytes < SMALL_BYTES;
        long byAge = openedNanos + (small ? smallAgeNanos : ageNanos) - nowNanos;
        long byPause = lastPutNanos + (small ? pauseNanos : firstPauseNanos) - nowNanos;
        return Math.min(byAge, byPause);
    }

    /** The open segment of this size was sealed because it was due. */
    void sealedWhenDue(long bytes, long nowNanos) {
        if (bytes < SMALL_BYTES) {
            pauseNanos = Math.min(2 * pauseNanos, smallAgeNanos);
            sealedSmall = true;
            sealedSmallNanos = nowNanos;
        } else {
            startAnew();
        }
    }

    /** The open segment was sealed because it was full. */
    void sealedFull() {
        startAnew();
    }

    private void startAnew() {
        pauseNanos = firstPauseNanos;
        sealedSmall = false;
    }
}
