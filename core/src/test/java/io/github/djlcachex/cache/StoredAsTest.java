package io.github.djlcachex.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.HalfPrecision;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.RowShapes;
import io.github.djlcachex.row.SchemaMismatchException;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;

import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** FLOAT32 columns that are stored in another precision, as users see them. */
@NullUnmarked
class StoredAsTest {

    private static final int LENGTH = 300;
    static final RowSchema SERVED =
            RowSchema.of(
                    Column.of("features", ElementType.FLOAT32, 3, 100),
                    Column.of(ElementType.INT64),
                    Column.of(ElementType.FLOAT32, 2));

    @TempDir Path directory;

    private FeatureCacheBuilder builder() {
        return Caches.at(directory);
    }

    static float number(long key, int i) {
        return (float) Math.sin(key * 7919.0 + i) * 10;
    }

    static RowBatch rows(Keys keys) {
        RowBatch batch = RowBatch.allocate(SERVED, keys.size());
        for (int row = 0; row < keys.size(); row++) {
            long key = (long) keys.getObject(row);
            for (int i = 0; i < LENGTH; i++) {
                batch.buffer(0).putFloat((row * LENGTH + i) * Float.BYTES, number(key, i));
            }
            batch.buffer(1).putLong(row * Long.BYTES, key);
            batch.buffer(2).putFloat(2 * row * Float.BYTES, number(key, -1));
        }
        return batch;
    }

    static void assertSame(RowBatch actual, RowBatch expected) {
        assertThat(actual.schema()).isEqualTo(expected.schema());
        for (int c = 0; c < expected.schema().columns().size(); c++) {
            assertThat(actual.buffer(c)).as("column " + c).isEqualTo(expected.buffer(c));
        }
    }

    private static RowBatch gather(FeatureCache cache, Keys keys) {
        RowBatch found = RowBatch.allocateOnHeap(SERVED, keys.size());
        assertThat(cache.gather(keys, found).isComplete()).isTrue();
        return found;
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SPARSE")
    void rows_inEveryPrecision_areTheRoundedOnesInAllEpochs(StoredAs precision) {
        Keys keys = TestRows.range(0, 50);
        RowBatch computed = rows(keys);
        RowBatch rounded;
        try (FeatureCache cache = builder().storeAs(precision).open()) {
            assertThat(cache.put(keys, computed).stored()).isEqualTo(50);
            rounded = cache.rounded(computed);
            assertSame(gather(cache, keys), rounded);
            assertSame(computed, rows(keys));
            assertThat(cache.schema()).contains(SERVED);
            assertThat(rounded.buffer(0)).isNotEqualTo(computed.buffer(0));
            for (int at = 0; at < rounded.buffer(0).capacity(); at += Float.BYTES) {
                assertThat(rounded.buffer(0).getFloat(at) - computed.buffer(0).getFloat(at))
                        .isBetween(-10f / 253, 10f / 253);
            }
            assertThat(rounded.buffer(1)).isEqualTo(computed.buffer(1));
            assertSame(cache.rounded(rounded), rounded);
        }
        try (FeatureCache cache = builder().open()) {
            assertThat(cache.schema()).contains(SERVED);
            assertSame(gather(cache, keys), rounded);
            assertSame(cache.rounded(computed), rounded);
            assertThat(cache.verify().isIntact()).isTrue();
        }
    }

    /** The second column of FLOAT32 has its own precision, and the other one another. */
    @Test
    void columns_byNameAndByNumber_haveTheirOwnPrecision() {
        Keys keys = Keys.of(7);
        try (FeatureCache cache =
                builder().storeAs("features", StoredAs.INT8).storeAs(2, StoredAs.FLOAT16).open()) {
            cache.put(keys, rows(keys));
            RowBatch found = gather(cache, keys);
            float value = number(7, -1);
            assertThat(found.buffer(2).getFloat(0))
                    .isEqualTo(HalfPrecision.fromFloat16(HalfPrecision.toFloat16(value)));
            assertThat(found.buffer(0).getFloat(0)).isNotEqualTo(number(7, 0));
        }
        try (FeatureCache cache =
                builder().storeAs(StoredAs.FLOAT16).storeAs(0, StoredAs.INT8).open()) {
            assertThat(gather(cache, keys).buffer(1).getLong(0)).isEqualTo(7);
        }
    }

    @Test
    void computeMissing_returnsTheRoundedRows() {
        float[] row = {1.0001f, 2.0002f, -3.0003f};
        try (FeatureCache cache = builder().storeAs(StoredAs.BFLOAT16).open()) {
            float[] first = cache.computeMissing(5, id -> row.clone());
            assertThat(first).isNotEqualTo(row);
            assertThat(cache.get(5)).contains(first);
            assertThat(cache.computeMissing(5, id -> row.clone())).isEqualTo(first);
        }
    }

    /** What nothing keeps is rounded too: losses do not depend on what was a hit. */
    @Test
    void computeMissing_inAReadOnlyCache_returnsTheRoundedRows() {
        float[] row = {1.0001f, 2.0002f, -3.0003f};
        try (FeatureCache cache =
                builder().storeAs(StoredAs.FLOAT16).readOnly(true).memoryTierBytes(0).open()) {
            float[] first = cache.computeMissing(5, id -> row.clone());
            assertThat(first).isNotEqualTo(row);
            assertThat(cache.get(5)).isEmpty();
            assertThat(cache.computeMissing(5, id -> row.clone())).isEqualTo(first);
        }
        try (FeatureCache cache = builder().storeAs(StoredAs.FLOAT16).readOnly(true).open()) {
            float[] first = cache.computeMissing(5, id -> row.clone());
            assertThat(cache.get(5)).as("from the memory tier").contains(first);
        }
    }

    @Test
    void gather_ofMissingRows_leavesThemAsTheyAre() {
        Keys keys = TestRows.range(0, 10);
        try (FeatureCache cache = builder().storeAs(StoredAs.INT8).open()) {
            cache.put(Keys.of(2, 3, 9), rows(Keys.of(2, 3, 9)));
            RowBatch into = RowBatch.allocate(SERVED, 10);
            IntStream.range(0, 10 * LENGTH)
                    .forEach(i -> into.buffer(0).putFloat(i * Float.BYTES, 77));
            assertThat(cache.gather(keys, into).missing()).containsExactly(0, 1, 4, 5, 6, 7, 8);
            RowBatch rounded = cache.rounded(rows(keys));
            for (int row = 0; row < 10; row++) {
                boolean found = row == 2 || row == 3 || row == 9;
                for (int i = row * LENGTH; i < (row + 1) * LENGTH; i++) {
                    int at = i * Float.BYTES;
                    assertThat(into.buffer(0).getFloat(at))
                            .isEqualTo(found ? rounded.buffer(0).getFloat(at) : 77);
                }
            }
        }
    }

    /** More rows than go through the scratch memory at once. */
    @Test
    void batch_ofManyParts_isReadAndWrittenWhole() {
        Keys keys = TestRows.range(0, 9000);
        RowBatch computed = rows(keys);
        try (FeatureCache cache = builder().storeAs(StoredAs.FLOAT16).open()) {
            assertThat(cache.put(keys, computed).stored()).isEqualTo(9000);
            assertSame(gather(cache, keys), cache.rounded(computed));
            Keys more = TestRows.range(0, 9010);
            RowBatch into = RowBatch.allocate(SERVED, 9010);
            assertThat(cache.gather(more, into).missing())
                    .containsExactly(IntStream.range(9000, 9010).toArray());
        }
    }

    @Test
    void rowThatIsOutOfRange_isDeclinedAndNeverRounded() {
        float[] large = {1.0001f, 70_000f};
        float[] usual = {1.0001f, 6f};
        try (FeatureCache cache = builder().storeAs(StoredAs.FLOAT16).open()) {
            PutResult result = cache.put(new long[] {1, 2, 3}, new float[][] {usual, large, usual});
            assertThat(result.stored()).isEqualTo(2);
            assertThat(result.declined()).isEqualTo(1);
            assertThat(cache.stats().outOfRangeRows()).isEqualTo(1);
            assertThat(cache.stats().declinedRows()).isEqualTo(1);
            assertThat(cache.get(2)).isEmpty();
            assertThat(cache.get(3).orElseThrow()[1]).isEqualTo(6f);
            assertThat(cache.computeMissing(2, id -> large.clone())).isEqualTo(large);
            assertThat(cache.computeMissing(2, id -> large.clone())).isEqualTo(large);
        }
    }

    @Test
    void generation_ofAnotherPrecision_isRefusedAtTheOpen() {
        try (FeatureCache cache = builder().open()) {
            cache.put(1, new float[] {1, 2});
        }
        assertThatThrownBy(() -> builder().storeAs(StoredAs.FLOAT16).open())
                .isInstanceOf(SchemaMismatchException.class)
                .hasMessageContaining("FLOAT32[2]")
                .hasMessageContaining("storeAs: FLOAT16")
                .hasMessageContaining("module id")
                .hasMessageContaining("reset()");
        try (FeatureCache cache = builder().open()) {
            cache.reset();
        }
        try (FeatureCache cache = builder().storeAs(StoredAs.FLOAT16).open()) {
            cache.put(1, new float[] {1, 2});
        }
        assertThatThrownBy(() -> builder().storeAs(StoredAs.INT8).open())
                .isInstanceOf(SchemaMismatchException.class)
                .hasMessageContaining("FLOAT16[2] served as FLOAT32");
        try (FeatureCache cache = builder().open()) {
            assertThat(cache.get(1)).contains(new float[] {1, 2});
        }
    }

    /** Two processes began with an empty directory, and one of them has the option. */
    @Test
    void contractOfAnotherProcess_isKeptByWhoHasNoOption_andRefusedByWhoHasAnother() {
        Path elsewhere = directory.resolve("elsewhere");
        float[] row = {1.0001f, 2.0002f};
        try (FeatureCache without = builder().open();
                FeatureCache other = Caches.at(elsewhere).storeAs(StoredAs.INT8).open()) {
            try (FeatureCache writer =
                    Caches.at(directory.resolve("writer")).storeAs(StoredAs.FLOAT16).open()) {
                writer.put(1, row);
                writer.flush();
                copyContract(writer.directory(), without.directory());
                copyContract(writer.directory(), other.directory());
            }
            assertThat(without.put(2, row).stored()).isOne();
            assertThat(without.get(2).orElseThrow()[0])
                    .isEqualTo(HalfPrecision.fromFloat16(HalfPrecision.toFloat16(row[0])));
            assertThatThrownBy(() -> other.put(2, row)).isInstanceOf(SchemaMismatchException.class);
            assertThatThrownBy(() -> other.get(2)).isInstanceOf(SchemaMismatchException.class);
        }
    }

    private static void copyContract(Path from, Path to) {
        try {
            Files.copy(from.resolve("contract.json"), to.resolve("contract.json"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void contract_saysWhatIsServed_soThatOlderReadersRefuseIt() throws IOException {
        try (FeatureCache cache = builder().storeAs(StoredAs.INT8).open()) {
            cache.put(1, new float[] {1, 2});
            assertThat(Files.readString(cache.directory().resolve("contract.json")))
                    .contains("\"requires\":[\"served-types\"]")
                    .contains("\"type\":\"INT8\",\"served\":\"FLOAT32\",\"shape\":[2]")
                    .contains("\"name\":\"output_0.scale\",\"type\":\"FLOAT32\",\"shape\":[]");
        }
    }

    /** The contract is taken from a segment, which repeats the served types. */
    @Test
    void contract_thatIsLost_comesBackWithTheServedTypes() throws IOException {
        try (FeatureCache cache = builder().storeAs(StoredAs.FLOAT16).open()) {
            cache.put(1, new float[] {1.0001f});
        }
        Files.delete(TestFiles.only(directory, "contract.json"));
        try (FeatureCache cache = builder().open()) {
            assertThat(cache.get(1)).contains(new float[] {1});
            assertThat(cache.schema()).contains(RowSchema.of(Column.of(ElementType.FLOAT32, 1)));
        }
    }

    @Test
    void files_ofHalfPrecision_areHalfAsLarge() {
        Keys keys = TestRows.range(0, 100);
        for (StoredAs precision : List.of(StoredAs.FLOAT16, StoredAs.INT8)) {
            try (FeatureCache cache =
                    Caches.at(directory.resolve(precision.name())).storeAs(precision).open()) {
                assertThat(cache.storedRowBytes()).isZero();
                cache.put(keys, rows(keys));
                cache.flush();
                long numbers = precision == StoredAs.INT8 ? 302 + 8 : 604;
                assertThat(cache.storedRowBytes()).isEqualTo(numbers + 8);
                assertThat(cache.stats().persistedBytes())
                        .isBetween(100 * (numbers + 8 + 8 + 4), 100 * (numbers + 8 + 8 + 4) + 9000);
            }
        }
    }

    @Test
    void option_thatFitsNoColumn_isRefusedWithTheColumns() {
        Keys keys = Keys.of(1);
        try (FeatureCache cache = builder().storeAs("other", StoredAs.FLOAT16).open()) {
            assertRefused(() -> cache.put(keys, rows(keys)), "'other'");
        }
        try (FeatureCache cache = builder().storeAs(3, StoredAs.FLOAT16).open()) {
            assertRefused(() -> cache.put(keys, rows(keys)), "'3'");
        }
        try (FeatureCache cache = builder().storeAs(1, StoredAs.FLOAT16).open()) {
            assertRefused(() -> cache.put(keys, rows(keys)), "INT64[]");
        }
        try (FeatureCache cache =
                builder().storeAs(0, StoredAs.FLOAT16).storeAs("features", StoredAs.INT8).open()) {
            assertRefused(() -> cache.put(keys, rows(keys)), "two for features");
        }
        RowSchema numbers = RowSchema.of(Column.of(ElementType.INT64));
        try (FeatureCache cache = builder().storeAs(StoredAs.FLOAT16).open()) {
            assertRefused(
                    () -> cache.put(keys, RowBatch.allocate(numbers, 1)), "a column of FLOAT32");
        }
        assertRefused(() -> builder().storeAs(-1, StoredAs.INT8), "-1");
        assertRefused(() -> builder().storeAs((StoredAs) null), "storeAs");
        assertRefused(
                () -> builder().storeAs(StoredAs.INT8).storeAs(StoredAs.FLOAT16), "INT8, then");
        assertRefused(
                () -> builder().storeAs("a", StoredAs.INT8).storeAs("a", StoredAs.FLOAT16),
                "storeAs of a");
    }

    private static void assertRefused(Runnable use, String found) {
        assertThatThrownBy(use::run)
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining(found);
    }

    @Test
    void rows_ofOtherColumns_areRefusedInServedTypes() {
        Keys keys = Keys.of(1);
        try (FeatureCache cache = builder().storeAs(StoredAs.FLOAT16).open()) {
            cache.put(keys, rows(keys));
            RowSchema half = RowSchema.of(Column.of(ElementType.FLOAT16, 2));
            for (RowBatch batch : List.of(RowBatch.allocate(half, 1))) {
                assertThatThrownBy(() -> cache.put(keys, batch))
                        .isInstanceOf(SchemaMismatchException.class)
                        .hasMessageContaining(SERVED.toString());
                assertThatThrownBy(() -> cache.gather(keys, batch))
                        .isInstanceOf(SchemaMismatchException.class);
                assertThatThrownBy(() -> cache.rounded(batch))
                        .isInstanceOf(SchemaMismatchException.class);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SPARSE")
    void rows_thatDifferInShape_areRoundedAtTheirOwn(StoredAs precision) {
        RowSchema schema =
                RowSchema.of(
                        Column.ofStrings("text"),
                        Column.of("tokens", ElementType.FLOAT32, Column.VARIABLE, 3));
        Keys keys = Keys.of(1, 2, 3);
        RowBatch rows =
                RowBatch.allocate(
                        RowShapes.builder(schema)
                                .add(new int[] {2}, new int[] {5, 3})
                                .add(new int[] {0}, new int[] {0, 3})
                                .add(new int[] {1}, new int[] {2, 3})
                                .build());
        for (int i = 0; i < 21; i++) {
            rows.buffer(1).putFloat(i * Float.BYTES, number(9, i));
        }
        rows.buffer(0).put(0, new byte[] {'a', 'b', 'c'});
        RowBatch rounded;
        try (FeatureCache cache = builder().storeAs(precision).open()) {
            assertThat(cache.put(keys, rows).stored()).isEqualTo(3);
            rounded = cache.rounded(rows);
        }
        try (FeatureCache cache = builder().open()) {
            RowBatch found = RowBatch.allocate(cache.shapes(keys).orElseThrow());
            assertThat(cache.gather(keys, found).isComplete()).isTrue();
            assertSame(found, rounded);
            RowBatch computed = cache.computeMissing(Keys.of(3, 1), missing -> rows);
            assertSame(computed, rounded.select(2, 0));
            assertThat(cache.verify().isIntact()).isTrue();
        }
    }

    @Test
    void rounded_withoutTheOption_isTheBatchItself() {
        RowBatch batch = rows(Keys.of(1));
        try (FeatureCache cache = builder().open()) {
            assertThat(cache.rounded(batch)).isSameAs(batch);
            cache.put(Keys.of(1), batch);
            assertThat(cache.rounded(batch)).isSameAs(batch);
        }
    }
}
