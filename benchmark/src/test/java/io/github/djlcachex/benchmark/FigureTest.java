package io.github.djlcachex.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class FigureTest {

    private static final Figure RATE = Figure.of("gather", "rows/s", 55);

    @Test
    void ratio_withLimit_isShareOfLimit() {
        assertThat(RATE.beside(100).ratio()).isEqualTo(0.55);
    }

    @Test
    void ratio_withoutLimit_isAbsent() {
        assertThat(RATE.ratio()).isNull();
        assertThat(RATE.goal(Goal.ratioAtLeast(0.5)).met()).isNull();
    }

    @Test
    void met_ratioAtTheBound_isTrue() {
        assertThat(RATE.beside(100).goal(Goal.ratioAtLeast(0.55)).met()).isTrue();
        assertThat(RATE.beside(100).goal(Goal.ratioAtMost(0.55)).met()).isTrue();
    }

    @Test
    void met_ratioBeyondTheBound_isFalse() {
        assertThat(RATE.beside(101).goal(Goal.ratioAtLeast(0.55)).met()).isFalse();
        assertThat(RATE.beside(99).goal(Goal.ratioAtMost(0.55)).met()).isFalse();
    }

    @Test
    void met_valueGoal_ignoresTheLimit() {
        assertThat(RATE.beside(1).goal(Goal.valueAtMost(55)).met()).isTrue();
        assertThat(RATE.beside(1).goal(Goal.valueAtLeast(56)).met()).isFalse();
    }

    @Test
    void met_withoutGoal_isAbsent() {
        assertThat(RATE.beside(100).met()).isNull();
    }

    @Test
    void goal_asText_namesSubjectAndBound() {
        assertThat(Goal.ratioAtLeast(0.55)).hasToString("ratio >= 0.55");
        assertThat(Goal.valueAtMost(100)).hasToString("value <= 100");
    }
}
