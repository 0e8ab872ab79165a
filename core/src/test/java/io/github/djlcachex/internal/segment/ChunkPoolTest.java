package io.github.djlcachex.internal.segment;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ChunkPoolTest {

    private final ChunkPool pool = new ChunkPool(300);

    @Test
    void take_ofASizeThatWasGiven_isThatChunkOnce() {
        byte[] chunk = new byte[100];
        pool.give(chunk);
        assertThat(pool.bytes()).isEqualTo(100);
        assertThat(pool.take(99)).hasSize(99);
        assertThat(pool.take(100)).isSameAs(chunk);
        assertThat(pool.take(100)).hasSize(100).isNotSameAs(chunk);
        assertThat(pool.bytes()).isZero();
    }

    @Test
    void give_moreThanItMayKeep_isLeftToTheGarbageCollector() {
        for (int i = 0; i < 4; i++) {
            pool.give(new byte[100]);
        }
        assertThat(pool.bytes()).isEqualTo(300);
        pool.clear();
        assertThat(pool.bytes()).isZero();
        byte[] chunk = new byte[300];
        pool.give(chunk);
        assertThat(pool.take(300)).isSameAs(chunk);
    }
}
