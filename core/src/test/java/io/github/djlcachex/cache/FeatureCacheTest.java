package io.github.djlcachex.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

class FeatureCacheTest {

    private static final TestRows ROWS =
            new TestRows(
                    RowSchema.of(
                            Column.of("features", ElementType.FLOAT32, 16),
                            Column.of("label", ElementType.INT64)),
                    7);

    @TempDir Path directory;

    private FeatureCache open() {
        return FeatureCache.builder().directory(directory).moduleId("digits").open();
    }

    private static void assertAllRight(FeatureCache cache, Keys keys) {
        RowBatch into = RowBatch.allocate(ROWS.schema(), keys.size());
        assertThat(cache.gather(keys, into).missing()).isEmpty();
        for (int i = 0; i < keys.size(); i++) {
            assertThat(ROWS.isRight(keys, i, into)).isTrue();
        }
    }

    @Test
    void put_beforeFlush_isReadableAtOnce() {
        try (FeatureCache cache = open()) {
            Keys keys = TestRows.range(-5, 100);
            assertThat(cache.put(keys, ROWS.batch(keys))).isEqualTo(Seams.put(105, 0, 0));
            assertAllRight(cache, keys);
            assertThat(cache.stats().pendingHits()).isEqualTo(105);
        }
    }

    @Test
    void flush_thenReopen_returnsTheSameBytes() {
        Keys keys = TestRows.range(0, 1000);
        try (FeatureCache cache = open()) {
            cache.put(keys, ROWS.batch(keys));
            FlushReport report = cache.flush();
            assertThat(report.persistedRows()).isEqualTo(1000);
            assertThat(report.isComplete()).isTrue();
            assertAllRight(cache, keys);
            assertThat(cache.stats().diskHits()).isEqualTo(1000);
        }
        try (FeatureCache cache = open()) {
            assertThat(cache.rowCount()).isEqualTo(1000);
            assertAllRight(cache, keys);
            assertThat(cache.stats().diskHits()).isEqualTo(1000);
            assertThat(cache.contains(1000)).isFalse();
            assertThat(cache.segments()).hasSize(1);
        }
    }
}
