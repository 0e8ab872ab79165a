package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.internal.index.RowIndex;
import io.github.djlcachex.internal.segment.ChunkPool;
import io.github.djlcachex.internal.segment.Contract;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Path;
import java.util.Map;

/** An index that has no room for more keys. */
class FullIndexTest {

    private static final int ROOM = 10;

    private final SourceTable sources = new SourceTable();

    private static Keys keys(KeyType type, int from, int to) {
        return type == KeyType.INT64 ? TestRows.range(from, to) : texts(from, to);
    }

    private static Keys texts(int from, int to) {
        String[] texts = new String[to - from];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = "key-" + (from + i);
        }
        return Keys.of(texts);
    }

    @ParameterizedTest
    @EnumSource
    void append_indexIsFull_declinesTheRestAndNeverThrows(KeyType type) {
        Contract contract = new Contract("m", "", type, Caches.ROWS.schema(), 3);
        RowIndex index = RowIndex.create(type, 3, sources, ROOM);
        MemoryTier tier = new MemoryTier(0);
        Generation.State state = new Generation.State(contract, true, index, tier);
        FlushQueue queue = new FlushQueue(new StoreOptions(Map.of()));
        Appender appender = Caches.appender(Path.of("nowhere"), sources, queue, new ChunkPool(0));
        Keys first = keys(type, 0, 7);
        Keys second = keys(type, 5, 20);
        assertThat(appender.append(state, first, Caches.ROWS.batch(first)))
                .isEqualTo(new PutCounts(7, 0, 0));
        assertThat(appender.append(state, second, Caches.ROWS.batch(second)))
                .isEqualTo(new PutCounts(3, 2, 10));
        assertThat(appender.append(state, first, Caches.ROWS.batch(first)).declined()).isEqualTo(7);
        assertThat(index.hasRoom()).isFalse();
        assertThat(appender.openRows()).isEqualTo(ROOM);
    }
}
