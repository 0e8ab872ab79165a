package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.concurrent.TimeUnit;

/** When a segment is sealed by its age, or since no row came: with a flush delay of 30 s. */
class SealPolicyTest {

    private static final long SMALL = SealPolicy.SMALL_BYTES - 1;
    private static final long LARGE = SealPolicy.SMALL_BYTES;

    private final SealPolicy policy = new SealPolicy(TimeUnit.SECONDS.toMillis(30));
    private long openedS;

    private void open(long nowS) {
        openedS = nowS;
        policy.opened(TimeUnit.SECONDS.toNanos(nowS));
    }

    private void append(long nowS) {
        policy.appended(TimeUnit.SECONDS.toNanos(nowS));
    }

    /** The second at which a segment is due. */
    private long dueS(long bytes) {
        return TimeUnit.NANOSECONDS.toSeconds(
                policy.leftNanos(bytes, TimeUnit.SECONDS.toNanos(openedS), 0));
    }

    private void sealWhenDue(long bytes) {
        policy.sealedWhenDue(bytes, TimeUnit.SECONDS.toNanos(dueS(bytes)));
    }

    @Test
    void due_rowsKeepComing_isTheAge() {
        open(100);
        append(399);
        assertThat(dueS(SMALL)).isEqualTo(400);
        append(129);
        assertThat(dueS(LARGE)).isEqualTo(130);
    }

    @Test
    void due_rowsStopComing_isAPauseLater() {
        open(100);
        append(120);
        assertThat(dueS(SMALL)).isEqualTo(123);
        assertThat(dueS(LARGE)).isEqualTo(123);
    }

    /** As of a service that meets a new row every few seconds. */
    @Test
    void due_smallSegmentsInARow_needsAPauseOfTwiceTheLength() {
        long nowS = 100;
        for (long pauseS : new long[] {3, 6, 12, 24, 48, 96, 192, 300, 300}) {
            open(nowS);
            assertThat(dueS(SMALL)).isEqualTo(nowS + pauseS);
            sealWhenDue(SMALL);
            nowS += pauseS + 1;
        }
        open(nowS);
        append(nowS + 1);
        assertThat(dueS(LARGE)).isEqualTo(nowS + 4);
    }

    @Test
    void due_afterALargeSegment_needsAShortPauseAgain() {
        open(100);
        sealWhenDue(SMALL);
        open(110);
        assertThat(dueS(SMALL)).isEqualTo(116);
        sealWhenDue(LARGE);
        open(120);
        assertThat(dueS(SMALL)).isEqualTo(123);
        sealWhenDue(SMALL);
        policy.sealedFull();
        open(130);
        assertThat(dueS(SMALL)).isEqualTo(133);
    }

    @Test
    void due_aLongTimeAfterTheLastSmallSegment_needsAShortPauseAgain() {
        open(100);
        sealWhenDue(SMALL);
        open(402);
        assertThat(dueS(SMALL)).isEqualTo(408);
        sealWhenDue(SMALL);
        open(708);
        assertThat(dueS(SMALL)).isEqualTo(711);
    }
}
