package io.github.djlcachex.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.row.CacheClosedException;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.InvalidRowsException;
import io.github.djlcachex.row.KeyTypeMismatchException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.SchemaMismatchException;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;

import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Rows that are read, or computed once over all threads and stored. */
@NullUnmarked
class ComputeMissingTest extends MissingRowsScenario {

    @Test
    void computeMissing_ofOneId_computesAndStoresItOnce() {
        try (FeatureCache cache = builder().open()) {
            assertThat(cache.computeMissing(7, id -> rowOf(id))).isEqualTo(rowOf(7));
        }
        try (FeatureCache cache = builder().open()) {
            float[] row = cache.computeMissing(7L, id -> unexpected(new long[] {id})[0]);
            assertThat(row).isEqualTo(rowOf(7));
        }
    }

    @Test
    void computeMissing_ofOneText_computesAndStoresItOnce() {
        try (FeatureCache cache = builder().open()) {
            assertThat(cache.computeMissing("a text", text -> rowOf(text.length())))
                    .isEqualTo(rowOf(6));
            assertThat(cache.computeMissing("a text", text -> rowOf(1))).isEqualTo(rowOf(6));
        }
    }

    @Test
    void computeMissing_ofSomeKnownIds_asksForTheOthersEachOnce() {
        try (FeatureCache cache = builder().open()) {
            cache.put(new long[] {3, 5}, rowsOf(3, 5));
            float[][] rows = cache.computeMissing(new long[] {9, 3, 1, 9, 5, 1}, this::compute);
            assertThat(rows).isDeepEqualTo(rowsOf(9, 3, 1, 9, 5, 1));
            assertThat(asked).containsExactly(new long[] {9, 1});
            rows[0][0] = 77; // an array of its own: nothing else changes
            assertThat(rows[3]).isEqualTo(rowOf(9));
            assertThat(cache.computeMissing(new long[] {1, 9}, ComputeMissingTest::unexpected))
                    .isDeepEqualTo(rowsOf(1, 9));
            assertThat(cache.stats().storedRows()).isEqualTo(4);
            assertThat(cache.stats().misses()).as("each missing position once").isEqualTo(4);
        }
    }

    @Test
    void computeMissing_ofTexts_keepsTheirOrder() {
        try (FeatureCache cache = builder().open()) {
            cache.put("bb", rowOf(2));
            List<List<String>> texts = new ArrayList<>();
            float[][] rows =
                    cache.computeMissing(
                            List.of("ccc", "bb", "a", "ccc"),
                            missing -> {
                                texts.add(missing);
                                return rowsOf(missing.stream().mapToLong(String::length).toArray());
                            });
            assertThat(rows).isDeepEqualTo(rowsOf(3, 2, 1, 3));
            assertThat(texts).containsExactly(List.of("ccc", "a"));
        }
    }

    @Test
    void computeMissing_ofKeysAndColumns_fillsEachPosition() {
        Keys keys = Keys.of(4, 2, 4, 8, 1);
        try (FeatureCache cache = Caches.at(directory).open()) {
            Caches.put(cache, Keys.of(2, 8));
            RowBatch rows = cache.computeMissing(keys, Caches.ROWS::batch);
            for (int position = 0; position < keys.size(); position++) {
                assertThat(Caches.ROWS.isRight(keys, position, rows)).isTrue();
            }
            Caches.assertAllRight(cache, keys);
        }
    }

    @Test
    void computeMissing_ofNoIds_asksForTheColumnsAtMost() {
        try (FeatureCache cache = builder().open()) {
            assertThat(cache.computeMissing(new long[0], ComputeMissingTest::unexpected)).isEmpty();
            RowBatch none = cache.computeMissing(Keys.of(new long[0]), Caches.ROWS::batch);
            assertThat(none.rows()).isZero();
            assertThat(none.schema()).isEqualTo(Caches.ROWS.schema());
            assertThat(cache.schema()).isEmpty();
        }
    }

    @Test
    void computeMissing_functionThrows_storesNothingAndThrowsTheSame() {
        IOException failure = new IOException("no model");
        try (FeatureCache cache = builder().open()) {
            cache.put(1, rowOf(1));
            assertThatThrownBy(
                            () ->
                                    cache.computeMissing(
                                            new long[] {1, 2, 3},
                                            ids -> {
                                                throw failure;
                                            }))
                    .isSameAs(failure);
            assertThat(cache.missing(Keys.of(1, 2, 3))).containsExactly(1, 2);
            assertThat(cache.computeMissing(new long[] {3, 2}, this::compute))
                    .isDeepEqualTo(rowsOf(3, 2));
        }
    }

    @Test
    void computeMissing_rowsThatDoNotFit_areRefusedAndNotStored() {
        long[] ids = {1, 2};
        try (FeatureCache cache = builder().open()) {
            assertThatThrownBy(() -> cache.computeMissing(ids, missing -> rowsOf(1)))
                    .isInstanceOf(InvalidRowsException.class)
                    .hasMessageContainingAll("rows of the function", "2 rows", "1 rows");
            assertThatThrownBy(() -> cache.computeMissing(ids, missing -> null))
                    .isInstanceOf(InvalidRowsException.class)
                    .hasMessageContaining("null");
            assertThatThrownBy(
                            () ->
                                    cache.computeMissing(
                                            ids, missing -> new float[][] {rowOf(1), {}}))
                    .isInstanceOf(InvalidRowsException.class)
                    .hasMessageContaining("row 1 of the function");
            assertThatThrownBy(() -> cache.computeMissing("a", text -> null))
                    .isInstanceOf(InvalidRowsException.class)
                    .hasMessageContaining("row 0 of the function");
            assertThatThrownBy(
                            () ->
                                    cache.computeMissing(
                                            Keys.of(ids), keys -> Caches.ROWS.batch(Keys.of(1))))
                    .isInstanceOf(InvalidRowsException.class)
                    .hasMessageContainingAll("2 rows", "1 rows");
            assertThat(cache.schema()).isEmpty();
            cache.put(1, rowOf(1));
            assertThatThrownBy(
                            () ->
                                    cache.computeMissing(
                                            ids, missing -> new float[][] {new float[5]}))
                    .isInstanceOf(SchemaMismatchException.class)
                    .hasMessageContainingAll("FLOAT32[3]", "FLOAT32[5]");
            assertThat(cache.rowCount()).isOne();
        }
    }

    @Test
    void computeMissing_whereRowsAreNoArrays_isRefusedBeforeTheFunction() {
        RowSchema schema = RowSchema.of(Column.of(ElementType.FLOAT64, 4));
        try (FeatureCache cache = builder().open()) {
            cache.put(Keys.of(1), RowBatch.allocate(schema, 1));
            assertThatThrownBy(
                            () ->
                                    cache.computeMissing(
                                            new long[] {1, 2}, ComputeMissingTest::unexpected))
                    .isInstanceOf(SchemaMismatchException.class);
            assertThatThrownBy(() -> cache.computeMissing("a", text -> rowOf(1)))
                    .isInstanceOf(KeyTypeMismatchException.class);
        }
    }

    @Test
    void computeMissing_withoutAFunction_isRefused() {
        try (FeatureCache cache = builder().open()) {
            cache.put(1, rowOf(1)); // also where nothing is missing
            assertThatThrownBy(() -> cache.computeMissing(1L, null))
                    .isInstanceOf(InvalidOptionException.class)
                    .hasMessageContaining("function of computeMissing");
            assertThatThrownBy(() -> cache.computeMissing(new long[] {1}, null))
                    .isInstanceOf(InvalidOptionException.class);
            assertThatThrownBy(() -> cache.computeMissing("a", null))
                    .isInstanceOf(InvalidOptionException.class);
            assertThatThrownBy(() -> cache.computeMissing(List.of("a"), null))
                    .isInstanceOf(InvalidOptionException.class);
            assertThatThrownBy(() -> cache.computeMissing(Keys.of(1), null))
                    .isInstanceOf(InvalidOptionException.class);
        }
    }

    @Test
    void computeMissing_afterClose_isRefused() {
        FeatureCache cache = builder().open();
        cache.close();
        assertThatThrownBy(() -> cache.computeMissing(new long[] {1}, this::compute))
                .isInstanceOf(CacheClosedException.class);
        assertThat(asked).isEmpty();
    }

    @Test
    void computeMissing_whereNothingCanBeKept_returnsTheRows() {
        try (FeatureCache cache = builder().readOnly(true).memoryTierBytes(0).open()) {
            for (int i = 0; i < 2; i++) {
                assertThat(cache.computeMissing(new long[] {1, 2, 1}, this::compute))
                        .isDeepEqualTo(rowsOf(1, 2, 1));
            }
            assertThat(asked).hasSize(2);
        }
    }

    @Test
    void computeMissing_readOnly_keepsTheRowsInMemory() {
        try (FeatureCache cache = builder().readOnly(true).open()) {
            for (int i = 0; i < 2; i++) {
                assertThat(cache.computeMissing(new long[] {1, 2}, this::compute))
                        .isDeepEqualTo(rowsOf(1, 2));
            }
            assertThat(asked).hasSize(1);
        }
    }

    @Test
    void computeMissing_withAFullQueue_returnsTheRows() {
        FaultyStorage storage = new FaultyStorage();
        CountDownLatch slow = new CountDownLatch(1);
        Keys keys = TestRows.range(0, 300);
        try (FeatureCache cache =
                Caches.at(directory, storage)
                        .segmentRows(10)
                        .writeQueueBytes(4096)
                        .memoryTierBytes(0)
                        .whenQueueFull(FullQueuePolicy.DECLINE)
                        .open()) {
            Caches.putAndFlush(cache, Keys.of(-1));
            storage.rule(FaultyStorage.waiting(FaultyStorage.Op.CREATE, ".tmp", slow));
            RowBatch rows = cache.computeMissing(keys, Caches.ROWS::batch);
            assertThat(cache.stats().declinedRows()).isPositive();
            slow.countDown();
            for (int position = 0; position < keys.size(); position++) {
                assertThat(Caches.ROWS.isRight(keys, position, rows)).isTrue();
            }
        }
    }

    @Test
    void computeMissing_ofADamagedRow_computesAndStoresItAgain() throws IOException {
        Keys keys = TestRows.range(0, 10);
        try (FeatureCache cache = Caches.at(directory).open()) {
            Caches.putAndFlush(cache, keys);
        }
        Caches.spoilRow(TestFiles.only(directory, ".arrow"), 4);
        List<Keys> computed = new ArrayList<>();
        try (FeatureCache cache = Caches.at(directory).open()) {
            for (int i = 0; i < 2; i++) {
                cache.computeMissing(
                        keys,
                        missing -> {
                            computed.add(missing);
                            return Caches.ROWS.batch(missing);
                        });
            }
            Caches.assertAllRight(cache, keys);
        }
        assertThat(computed).containsExactly(Keys.of(4));
    }
}
