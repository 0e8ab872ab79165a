package io.github.djlcachex.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Test;

class MemoryTierTest {

    private static final Keys KEYS = TestRows.range(0, 10);

    private static void putAll(MemoryTier tier) {
        RowBatch batch = Caches.ROWS.batch(KEYS);
        for (int i = 0; i < KEYS.size(); i++) {
            tier.put(KEYS, i, batch);
        }
    }

    @Test
    void rows_thatWerePut_areCopiedToTheirPositions() {
        MemoryTier tier = new MemoryTier(1 << 20);
        putAll(tier);
        RowBatch into = RowBatch.allocate(Caches.ROWS.schema(), 2);
        Keys two = Keys.of(7, 3);
        assertThat(tier.copy(two, 0, into)).isTrue();
        assertThat(tier.copy(two, 1, into)).isTrue();
        assertThat(Caches.ROWS.isRight(two, 0, into)).isTrue();
        assertThat(Caches.ROWS.isRight(two, 1, into)).isTrue();
        assertThat(tier.copy(Keys.of(10, 11), 0, into)).isFalse();
        assertThat(tier.contains(Keys.of(3L), 0)).isTrue();
        assertThat(tier.contains(Keys.of("3"), 0)).isFalse();
        tier.clear();
        assertThat(tier.contains(Keys.of(3L), 0)).isFalse();
    }

    @Test
    void rows_largerThanTheTier_areNotKept() {
        MemoryTier tier = new MemoryTier(Caches.ROWS.schema().rowBytes());
        putAll(tier);
        assertThat(tier.contains(Keys.of(3L), 0)).isFalse();
    }

    @Test
    void row_changedAfterItWasPut_isAsItWas() {
        MemoryTier tier = new MemoryTier(1 << 20);
        RowBatch batch = Caches.ROWS.batch(KEYS);
        tier.put(KEYS, 4, batch);
        batch.buffer(0).put(4 * 64, (byte) ~batch.buffer(0).get(4 * 64));
        RowBatch into = RowBatch.allocate(Caches.ROWS.schema(), 1);
        assertThat(tier.copy(Keys.of(4), 0, into)).isTrue();
        assertThat(Caches.ROWS.isRight(Keys.of(4), 0, into)).isTrue();
    }
}
