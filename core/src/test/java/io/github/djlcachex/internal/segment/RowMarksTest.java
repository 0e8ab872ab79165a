package io.github.djlcachex.internal.segment;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RowMarksTest {

    private final RowMarks marks = new RowMarks(70);

    @Test
    void mark_ofTheFirstRow_aloneSaysSo() {
        assertThat(marks.mark(69)).isTrue();
        assertThat(marks.mark(69)).isFalse();
        assertThat(marks.mark(3)).isFalse();
    }

    @Test
    void isMarked_ofOtherRows_isFalse() {
        assertThat(marks.any()).isFalse();
        assertThat(marks.isMarked(5)).isFalse();

        marks.mark(5);

        assertThat(marks.any()).isTrue();
        assertThat(marks.isMarked(5)).isTrue();
        assertThat(marks.isMarked(69)).isFalse();
    }
}
