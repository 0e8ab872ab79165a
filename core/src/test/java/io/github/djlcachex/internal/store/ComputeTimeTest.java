package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.concurrent.TimeUnit;

/** The time of computed rows at which a flush starts: 10 s of a flush delay of 30. */
class ComputeTimeTest {

    private long nowS = 50;
    private int flushes;
    private final ComputeTime time =
            new ComputeTime(
                    TimeUnit.SECONDS.toMillis(30),
                    () -> TimeUnit.SECONDS.toNanos(nowS),
                    () -> flushes++);

    private void compute(long seconds) {
        time.begin();
        nowS += seconds;
        time.end();
    }

    @Test
    void end_theLimitIsReached_flushesAndBeginsAnew() {
        compute(4);
        nowS += 1000; // in which nothing was computed
        compute(5);
        assertThat(flushes).isZero();
        compute(1);
        assertThat(flushes).isOne();
        compute(9);
        assertThat(flushes).isOne();
        compute(25);
        assertThat(flushes).isEqualTo(2);
    }

    @Test
    void end_severalThreadsComputeAtOnce_countsTheirTimeOnce() {
        time.begin();
        time.begin();
        nowS += 6;
        time.end();
        nowS += 3;
        time.end();
        assertThat(flushes).isZero();
        compute(1);
        assertThat(flushes).isOne();
    }

    @Test
    void end_othersGoOnComputing_flushesAllTheSame() {
        time.begin();
        for (int batch = 0; batch < 3; batch++) {
            compute(9);
        }
        assertThat(flushes).isOne();
    }

    @Test
    void reset_whileAThreadComputes_countsFromThere() {
        time.begin();
        nowS += 9;
        time.reset();
        nowS += 9;
        time.end();
        assertThat(flushes).isZero();
        compute(1);
        assertThat(flushes).isOne();
    }
}
