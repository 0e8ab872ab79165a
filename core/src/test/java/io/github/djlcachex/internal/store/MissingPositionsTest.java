package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.stream.IntStream;

class MissingPositionsTest {

    @Test
    void positions_manyAndSomeTwiceInARow_areKeptOnce() {
        MissingPositions positions = new MissingPositions();
        assertThat(positions.toArray()).isEmpty();
        for (int i = 0; i < 100; i++) {
            positions.add(i);
            positions.add(i);
        }
        assertThat(positions.count()).isEqualTo(100);
        assertThat(positions.toArray()).isEqualTo(IntStream.range(0, 100).toArray());
    }
}
