package io.github.djlcachex.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class NumbersTest {

    @Test
    void median_ofOddCount_isTheMiddle() {
        assertThat(Numbers.median(9, 1, 2)).isEqualTo(2);
    }

    @Test
    void median_ofEvenCount_isBetweenTheTwo() {
        assertThat(Numbers.median(4, 1, 2, 9)).isEqualTo(3);
    }

    @Test
    void text_hasFourDigitsAndCommas() {
        assertThat(Numbers.text(1_234_567.8)).isEqualTo("1,235,000");
        assertThat(Numbers.text(0.123456)).isEqualTo("0.1235");
    }
}
