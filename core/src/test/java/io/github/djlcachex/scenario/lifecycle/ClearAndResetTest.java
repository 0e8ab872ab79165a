package io.github.djlcachex.scenario.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.internal.store.Store;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.KeyTypeMismatchException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.SchemaMismatchException;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** What {@code clear} and {@code reset} delete, and what they leave. */
class ClearAndResetTest {

    private static final Keys KEYS = TestRows.range(0, 20);

    @TempDir Path directory;

    @Test
    void reset_ofRows_letsTheNextPutDecideOnTheColumns() {
        TestRows other = new TestRows(RowSchema.of(Column.of(ElementType.INT8, 5)), 1);
        Keys texts = Keys.of("a", "b");
        try (FeatureCache cache = Caches.at(directory).open()) {
            Caches.put(cache, KEYS);
            cache.flush();
            Caches.put(cache, TestRows.range(30, 35));
            cache.putNote("name", "text");
            assertThatThrownBy(() -> cache.put(texts, other.batch(texts)))
                    .isInstanceOf(KeyTypeMismatchException.class)
                    .hasMessageContaining("reset()");
            cache.clear();
            assertThat(cache.schema()).as("after clear").isPresent();
            cache.reset();
            assertThat(cache.schema()).isEmpty();
            assertThat(cache.note("name")).isEmpty();
            assertThat(cache.rowCount()).isZero();
            assertThat(cache.missing(KEYS)).hasSize(20);
            assertThat(cache.put(texts, other.batch(texts)).stored()).isEqualTo(2);
            cache.flush();
            assertThat(cache.segments()).hasSize(1);
        }
        try (FeatureCache cache = Caches.at(directory).open()) {
            assertThat(cache.schema()).contains(other.schema());
            assertThat(cache.keyType()).contains(KeyType.UTF8);
            assertThat(cache.rowCount()).isEqualTo(2);
            assertThat(cache.verify().isIntact()).isTrue();
        }
    }

    @Test
    void reset_whileAnotherProcessStores_leavesItsRowsAside() throws IOException {
        TestRows other = new TestRows(RowSchema.of(Column.of(ElementType.INT8, 5)), 1);
        Store elsewhere = Caches.separate(directory);
        Caches.put(elsewhere, KEYS);
        elsewhere.flush();
        try (FeatureCache cache = Caches.at(directory).open()) {
            cache.reset();
            cache.put(KEYS, other.batch(KEYS));
            cache.flush();
            Caches.put(elsewhere, TestRows.range(20, 25));
            Caches.close(elsewhere);
            cache.refresh();
            assertThat(cache.rowCount()).isEqualTo(20);
        }
        try (FeatureCache cache = Caches.at(directory).open()) {
            assertThat(cache.schema()).contains(other.schema());
            assertThat(cache.missing(KEYS)).isEmpty();
            assertThat(cache.missing(TestRows.range(20, 25))).hasSize(5);
        }
    }

    @Test
    void reset_whileThreadsPutRowsOfTheOldColumns_keepsNoneOfThem() throws Exception {
        TestRows other = new TestRows(RowSchema.of(Column.of(ElementType.INT8, 5)), 1);
        try (FeatureCache cache = Caches.at(directory).open()) {
            AtomicBoolean stop = new AtomicBoolean();
            AtomicLong next = new AtomicLong();
            Thread putting =
                    new Thread(
                            () -> {
                                while (!stop.get()) {
                                    long from = next.getAndAdd(10);
                                    try {
                                        Caches.put(cache, TestRows.range(from, from + 10));
                                    } catch (SchemaMismatchException e) {
                                        stop.set(true); // the others' columns were first
                                    }
                                }
                            });
            putting.start();
            for (int i = 0; i < 20; i++) {
                cache.reset();
            }
            stop.set(true);
            putting.join();
            cache.reset();
            cache.put(KEYS, other.batch(KEYS));
            cache.flush();
            assertThat(cache.rowCount()).isEqualTo(20);
            assertThat(cache.schema()).contains(other.schema());
            assertThat(cache.verify().isIntact()).isTrue();
        }
    }

    @Test
    void clear_removesAllFilesAndKeepsTheContract() throws IOException {
        try (FeatureCache cache = Caches.at(directory).segmentRows(5).open()) {
            Store other = Caches.separate(directory);
            Caches.put(other, TestRows.range(50, 60));
            Caches.close(other);
            Caches.put(cache, KEYS);
            cache.clear();
            assertThat(TestFiles.below(directory, ".arrow")).isEmpty();
            assertThat(cache.refresh()).isZero();
            assertThat(cache.rowCount()).isZero();
            assertThat(cache.keys().size()).isZero();
            assertThat(Caches.rightHits(cache, KEYS)).isZero();
            assertThat(cache.schema()).contains(Caches.ROWS.schema());
            assertThat(cache.keyType()).contains(KeyType.INT64);
            Caches.putAndFlush(cache, KEYS);
            assertThat(cache.rowCount()).isEqualTo(20);
        }
        try (FeatureCache cache = Caches.at(directory).open()) {
            Caches.assertAllRight(cache, KEYS);
            assertThat(cache.rowCount()).isEqualTo(20);
        }
    }

    @Test
    void clear_whenTheContractHadBeenTakenFromASegment_keepsColumnsAndKeyType() throws IOException {
        try (FeatureCache cache = Caches.at(directory).open()) {
            Caches.putAndFlush(cache, KEYS);
        }
        Files.delete(TestFiles.only(directory, "contract.json"));
        try (FeatureCache cache = Caches.at(directory).open()) {
            Caches.assertAllRight(cache, KEYS);
            cache.clear();
            assertThat(cache.schema()).contains(Caches.ROWS.schema());
        }
        try (FeatureCache cache = Caches.at(directory).open()) {
            assertThat(cache.schema()).contains(Caches.ROWS.schema());
        }
    }
}
