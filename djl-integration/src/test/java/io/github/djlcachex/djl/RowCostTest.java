package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.djl.internal.DecoratorCounters;
import io.github.djlcachex.djl.internal.RowCost;
import io.github.djlcachex.djl.internal.RowTimes;

import org.junit.jupiter.api.Test;

import java.time.Duration;

/** What a computed row costs, and the note that tells it. */
class RowCostTest {

    private static final Duration NO_STEP = Duration.ZERO;

    @Test
    void cost_ofSomeBatches_isTheMedianWithoutTheFirstTwo() {
        TestClock clock = new TestClock(NO_STEP);
        RowTimes times = new RowTimes(new DecoratorCounters());
        times.setNanoClock(clock);
        for (int ms : new int[] {900, 800, 10, 70, 20}) {
            long begin = times.now();
            clock.advance(Duration.ofMillis(ms));
            times.computed(10, begin);
        }
        assertThat(times.cost().measured().nanosPerRow()).isEqualTo(2_000_000);
        assertThat(times.cost().measured().rows()).isEqualTo(30);
    }

    @Test
    void cost_ofTheFirstTwoBatches_isNone() {
        RowTimes times = new RowTimes(new DecoratorCounters());
        times.computed(10, 0);
        times.computed(10, 0);
        assertThat(times.cost().measured().rows()).isZero();
    }

    @Test
    void note_readBack_isTheCost() {
        RowCost cost = new RowCost(1.5e6, 896, "gpu(0)", "a\nhost=name");
        assertThat(RowCost.ofNote(cost.toNote()))
                .contains(new RowCost(1.5e6, 896, "gpu(0)", "a host name"));
    }

    @Test
    void note_thatIsDamaged_isNone() {
        for (String note :
                new String[] {
                    "",
                    "nonsense",
                    "rows=1\nrows=2",
                    "nanosPerRow=NaN\nrows=1",
                    "nanosPerRow=1e999\nrows=1",
                    "nanosPerRow=-1\nrows=1",
                    "nanosPerRow=1\nrows=0"
                }) {
            assertThat(RowCost.ofNote(note)).as(note).isEmpty();
        }
    }
}
