package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How long a rank is left out whose rows do not come. */
class RankPausesTest {

    private final RankPauses pauses = new RankPauses(2);

    /** Counts the batches until rank 1 is waited for. */
    private int batchesWithout() {
        int batches = 0;
        while (!pauses.nextBatch()[1]) {
            batches++;
        }
        return batches;
    }

    @Test
    void rank_thatIsMissedAgainAndAgain_isLeftOutTwiceAsLongUpToALimit() {
        assertThat(batchesWithout()).isZero();
        for (int pause = 16; pause <= 1024; pause *= 2) {
            pauses.missed(1);
            assertThat(batchesWithout()).isEqualTo(pause);
        }
        pauses.missed(1);
        assertThat(batchesWithout()).isEqualTo(1024);
    }

    @Test
    void rank_thatComesBack_beginsAnew() {
        pauses.missed(1);
        batchesWithout();
        pauses.missed(1);
        batchesWithout();
        pauses.came(1);
        assertThat(batchesWithout()).isZero();
        pauses.missed(1);
        assertThat(batchesWithout()).isEqualTo(16);
    }

    @Test
    void rank_missedByTwoThreadsAtOnce_isLeftOutOnce() {
        pauses.missed(1);
        pauses.missed(1);
        assertThat(batchesWithout()).isEqualTo(16);
        pauses.missed(1);
        assertThat(batchesWithout()).isEqualTo(32);
    }

    @Test
    void otherRank_isWaitedForMeanwhile() {
        pauses.missed(1);
        assertThat(pauses.nextBatch()).containsExactly(true, false);
    }
}
