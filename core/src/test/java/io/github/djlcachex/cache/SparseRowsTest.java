package io.github.djlcachex.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Dense columns that are stored sparse, as users see them. */
@NullUnmarked
class SparseRowsTest {

    private static final int TERMS = 1000;
    private static final RowSchema SERVED =
            RowSchema.of(
                    Column.of("tfidf", ElementType.FLOAT32, 10, 100),
                    Column.of("label", ElementType.INT64),
                    Column.of("dense", ElementType.FLOAT32, 8));
    private static final RowSchema ONE =
            RowSchema.of(Column.of("tfidf", ElementType.FLOAT32, TERMS));

    @TempDir Path directory;

    private FeatureCacheBuilder builder() {
        return Caches.at(directory);
    }

    /** Rows of a share of nonzero elements, negative zeros and NaNs among them. */
    private static RowBatch rows(RowSchema schema, Keys keys, double density) {
        RowBatch batch = RowBatch.allocate(schema, keys.size());
        for (int row = 0; row < keys.size(); row++) {
            fill(batch, row, (long) keys.getObject(row), density);
        }
        return batch;
    }

    private static void fill(RowBatch batch, int row, long key, double density) {
        Random random = new Random(key * 7919 + 1);
        ByteBuffer terms = batch.column(0).row(row);
        for (int i = 0; i < TERMS; i++) {
            if (random.nextDouble() < density) {
                float[] values = {-0f, Float.NaN, random.nextFloat(), -1, Float.MIN_VALUE};
                terms.putFloat(i * Float.BYTES, values[random.nextInt(values.length)]);
            }
        }
        for (int c = 1; c < batch.schema().columns().size(); c++) {
            ByteBuffer others = batch.column(c).row(row);
            for (int i = 0; i < others.capacity(); i++) {
                others.put(i, (byte) (key + i + c));
            }
        }
    }

    private static RowBatch gather(FeatureCache cache, RowSchema schema, Keys keys) {
        RowBatch found = RowBatch.allocate(schema, keys.size());
        for (int c = 0; c < schema.columns().size(); c++) {
            for (int i = 0; i < found.buffer(c).capacity(); i++) {
                found.buffer(c).put(i, (byte) 77); // what was there before
            }
        }
        assertThat(cache.gather(keys, found).isComplete()).isTrue();
        return found;
    }

    private static void assertSame(RowBatch actual, RowBatch expected) {
        assertThat(actual.schema()).isEqualTo(expected.schema());
        for (int c = 0; c < expected.schema().columns().size(); c++) {
            assertThat(actual.buffer(c)).as("column " + c).isEqualTo(expected.buffer(c));
        }
    }

    private String contract() throws IOException {
        return Files.readString(TestFiles.only(directory, "contract.json"));
    }

    @Test
    void rows_thatAreMostlyZeros_comeBackBitForBit() throws IOException {
        Keys keys = TestRows.range(0, 60);
        RowBatch computed = rows(SERVED, keys, 0.02);
        try (FeatureCache cache = builder().storeAs("tfidf", StoredAs.SPARSE).open()) {
            assertThat(cache.rounded(computed)).isSameAs(computed);
            assertThat(cache.put(keys, computed).stored()).isEqualTo(60);
            assertThat(cache.rounded(computed)).isSameAs(computed);
            assertSame(gather(cache, SERVED, keys), computed);
            assertThat(cache.schema()).contains(SERVED);
            assertThat(cache.shapes(keys).orElseThrow().schema()).isEqualTo(SERVED);
            cache.flush();
            assertSame(gather(cache, SERVED, keys), computed);
            assertThat(cache.stats().persistedBytes()).isLessThan(60 * 4000 / 4);
            assertThat(contract())
                    .contains("\"requires\":[\"sparse-columns\",\"variable-columns\"]")
                    .contains("\"type\":\"FLOAT32\",\"shape\":[-1],\"dense\":[10,100]")
                    .contains("\"name\":\"tfidf.indices\",\"type\":\"INT32\",\"shape\":[-1]");
        }
        try (FeatureCache cache = builder().open()) {
            assertThat(cache.schema()).contains(SERVED);
            assertSame(gather(cache, SERVED, keys), computed);
            assertThat(cache.put(Keys.of(99), rows(SERVED, Keys.of(99), 0.9)).stored()).isOne();
            assertSame(gather(cache, SERVED, Keys.of(99)), rows(SERVED, Keys.of(99), 0.9));
            assertThat(cache.verify().isIntact()).isTrue();
        }
    }

    /** The kinds of rows that a first put decides by, at the limit: 124 of 250 fit half. */
    @ParameterizedTest
    @CsvSource({"0, true", "0.01, true", "0.23, true", "0.27, false", "1, false"})
    void firstRows_decideWhetherItPays(double density, boolean sparse) throws IOException {
        Keys keys = TestRows.range(0, 100);
        RowBatch computed = rows(ONE, keys, density);
        try (FeatureCache cache = builder().storeAs(StoredAs.SPARSE).open()) {
            cache.put(Keys.of(new long[0]), RowBatch.allocate(ONE, 0)); // decides nothing
            assertThat(cache.schema()).isEmpty();
            cache.put(keys, computed);
            assertSame(gather(cache, ONE, keys), computed);
        }
        assertThat(contract().contains("\"dense\":[1000]")).isEqualTo(sparse);
        for (boolean asked : new boolean[] {true, false}) {
            FeatureCacheBuilder again = builder();
            if (asked) {
                again.storeAs(StoredAs.SPARSE);
            }
            try (FeatureCache cache = again.open()) {
                assertSame(gather(cache, ONE, keys), computed);
                Keys next = Keys.of(asked ? 1000 : 1001);
                RowBatch other = rows(ONE, next, 1 - density);
                assertThat(cache.put(next, other).stored()).isOne();
                assertSame(gather(cache, ONE, next), other);
            }
        }
        assertThatThrownBy(() -> builder().storeAs(StoredAs.FLOAT16).open())
                .isInstanceOf(SchemaMismatchException.class);
    }

    @Test
    void generation_ofAnotherPrecision_isNoSparseOne() {
        try (FeatureCache cache = builder().storeAs(StoredAs.FLOAT16).open()) {
            cache.put(1, new float[] {0, 0});
        }
        assertThatThrownBy(() -> builder().storeAs(StoredAs.SPARSE).open())
                .isInstanceOf(SchemaMismatchException.class)
                .hasMessageContaining("storeAs: SPARSE");
    }

    /** Two threads or processes began with different rows, and the other one was first. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void contractOfAnotherProcess_isKept(boolean sparse) throws IOException {
        Path elsewhere = directory.resolve("elsewhere");
        RowBatch zeros = rows(ONE, Keys.of(1), 0);
        RowBatch full = rows(ONE, Keys.of(2), 1);
        try (FeatureCache cache = Caches.at(elsewhere).storeAs(StoredAs.SPARSE).open()) {
            try (FeatureCache first =
                    Caches.at(directory.resolve("first")).storeAs(StoredAs.SPARSE).open()) {
                first.put(Keys.of(1), sparse ? zeros : full);
                Files.copy(
                        first.directory().resolve("contract.json"),
                        cache.directory().resolve("contract.json"));
            }
            RowBatch own = sparse ? full : zeros;
            assertThat(cache.put(Keys.of(5), own).stored()).isOne();
            assertSame(gather(cache, ONE, Keys.of(5)), own);
        }
    }

    @Test
    void batch_ofManyParts_isReadAndWrittenWhole() {
        Keys keys = TestRows.range(0, 5000);
        RowBatch computed = rows(ONE, keys, 0.01);
        try (FeatureCache cache = builder().storeAs(StoredAs.SPARSE).open()) {
            assertThat(cache.put(keys, computed).stored()).isEqualTo(5000);
            assertSame(gather(cache, ONE, keys), computed);
            RowBatch more = RowBatch.allocateOnHeap(ONE, 5010);
            assertThat(cache.gather(TestRows.range(0, 5010), more).missing())
                    .containsExactly(5000, 5001, 5002, 5003, 5004, 5005, 5006, 5007, 5008, 5009);
        }
    }

    @Test
    void gather_ofMissingRows_leavesThemAsTheyAre() {
        Keys some = Keys.of(2, 3, 9);
        try (FeatureCache cache = builder().storeAs(0, StoredAs.SPARSE).open()) {
            cache.put(some, rows(SERVED, some, 0.01));
            RowBatch into = rows(SERVED, TestRows.range(100, 110), 1);
            assertThat(cache.gather(TestRows.range(0, 10), into).missing())
                    .containsExactly(0, 1, 4, 5, 6, 7, 8);
            RowBatch expected = rows(SERVED, TestRows.range(100, 110), 1);
            for (int row : new int[] {2, 3, 9}) {
                expected.copyRow(rows(SERVED, Keys.of(row), 0.01), 0, row);
            }
            assertSame(into, expected);
            assertThat(cache.stats().misses()).isEqualTo(7);
        }
    }

    @Test
    void computeMissing_andArrays_areExactToo() {
        float[] row = new float[200];
        row[7] = -0f;
        row[199] = 3;
        try (FeatureCache cache = builder().storeAs(StoredAs.SPARSE).open()) {
            assertThat(cache.computeMissing(5, id -> row.clone())).isEqualTo(row);
            assertThat(cache.get(5)).contains(row);
            assertThat(cache.missing(Keys.of(5, 6))).containsExactly(1);
        }
        try (FeatureCache cache =
                Caches.at(directory.resolve("other"))
                        .storeAs(StoredAs.SPARSE)
                        .readOnly(true)
                        .open()) {
            assertThat(cache.computeMissing(5, id -> row.clone())).isEqualTo(row);
            assertThat(cache.get(5)).as("from the memory tier").contains(row);
        }
    }

    /** Beside columns of texts, of rows of any length, and of another precision. */
    @Test
    void sparseColumn_besideOthersOfAllKinds_isExact() {
        RowSchema schema =
                RowSchema.of(
                        Column.ofStrings("text"),
                        Column.of("flags", ElementType.BOOLEAN, 600),
                        Column.of("tokens", ElementType.FLOAT32, Column.VARIABLE, 3),
                        Column.of("counts", ElementType.INT64, 300));
        RowBatch rows =
                RowBatch.allocate(
                        RowShapes.builder(schema)
                                .add(new int[] {2}, new int[] {5, 3})
                                .add(new int[] {0}, new int[] {0, 3})
                                .build());
        rows.buffer(0).put(0, new byte[] {'a', 'b'});
        rows.buffer(1).put(599, (byte) 1).put(600, (byte) 1);
        rows.buffer(2).putFloat(4, 0.5f);
        rows.buffer(3).putLong(8 * 299, Long.MIN_VALUE).putLong(8 * 301, 1L << 40);
        Keys keys = Keys.of(1, 2);
        try (FeatureCache cache =
                builder()
                        .storeAs("flags", StoredAs.SPARSE)
                        .storeAs("tokens", StoredAs.INT8)
                        .storeAs("counts", StoredAs.SPARSE)
                        .open()) {
            assertThat(cache.put(keys, rows).stored()).isEqualTo(2);
            RowBatch found = RowBatch.allocate(cache.shapes(keys).orElseThrow());
            assertThat(cache.gather(keys, found).isComplete()).isTrue();
            assertSame(found, cache.rounded(rows));
            for (int c : new int[] {0, 1, 3}) {
                assertThat(found.buffer(c)).isEqualTo(rows.buffer(c));
            }
        }
    }

    @Test
    void option_forAVariableColumn_isRefused() {
        RowSchema schema =
                RowSchema.of(Column.of("tokens", ElementType.FLOAT32, Column.VARIABLE, 3));
        RowBatch rows = RowBatch.allocate(RowShapes.builder(schema).add(new int[] {5, 3}).build());
        try (FeatureCache cache = builder().storeAs("tokens", StoredAs.SPARSE).open()) {
            assertThatThrownBy(() -> cache.put(Keys.of(1), rows))
                    .isInstanceOf(InvalidOptionException.class)
                    .hasMessageContaining("a column of a fixed shape")
                    .hasMessageContaining("tokens");
        }
        try (FeatureCache cache = builder().storeAs(StoredAs.SPARSE).open()) {
            assertThatThrownBy(() -> cache.put(Keys.of(1), rows))
                    .isInstanceOf(InvalidOptionException.class)
                    .hasMessageContaining("a column of a fixed shape");
        }
    }

    /** Indices that the row's checksum would find, and that nothing finds if it is off. */
    @ParameterizedTest
    @CsvSource({
        "0, 5, EVERY_READ",
        "0, 5, OFF",
        "0, -1, OFF",
        "2, 1000, OFF",
        "2, 2147483647, OFF",
        "1, 3, OFF",
        "1, -2147483648, OFF"
    })
    void indexThatIsNoneOfTheRow_isADamagedRow(int which, int index, ChecksumPolicy policy)
            throws IOException {
        int[] written = {3, 4, 700};
        RowBatch rows = RowBatch.allocate(ONE, 3);
        for (int i : written) {
            rows.buffer(0).putFloat((TERMS + i) * Float.BYTES, i);
        }
        rows.buffer(0).putFloat(0, 1);
        try (FeatureCache cache = builder().storeAs(StoredAs.SPARSE).open()) {
            cache.put(Keys.of(1, 2, 3), rows);
        }
        Path segment = TestFiles.only(directory, ".arrow");
        ByteBuffer indices = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        indices.asIntBuffer().put(written);
        int at = TestFiles.indexOf(Files.readAllBytes(segment), indices.array());
        byte[] forged = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(index).array();
        TestFiles.overwrite(segment, at + which * Integer.BYTES, forged);
        try (FeatureCache cache = builder().checksumPolicy(policy).open()) {
            RowBatch found = RowBatch.allocate(ONE, 3);
            GatherResult result = cache.gather(Keys.of(1, 2, 3), found);
            assertThat(result.missing()).containsExactly(1);
            assertThat(found.column(0).row(0)).isEqualTo(rows.column(0).row(0));
            assertThat(found.column(0).row(1)).isEqualTo(rows.column(0).row(2)); // untouched
            assertThat(cache.stats().corruptRows()).isOne();
            assertThat(cache.stats().misses()).isOne();
            assertThat(cache.stats().hits()).isEqualTo(2);
            assertThat(cache.missing(Keys.of(1, 2, 3))).containsExactly(1);
            assertThat(cache.put(Keys.of(2), rows.select(1)).stored()).isOne();
            assertSame(gather(cache, ONE, Keys.of(2)), rows.select(1));
        }
    }

    @ParameterizedTest
    @EnumSource
    void rowOfZeros_isStoredInEveryType(ElementType type) {
        RowSchema schema = RowSchema.of(Column.of(type, 100));
        RowBatch zeros = RowBatch.allocate(schema, 2);
        RowBatch one = RowBatch.allocate(schema, 1);
        one.buffer(0).put(99 * type.byteWidth(), (byte) 1);
        try (FeatureCache cache = builder().storeAs(StoredAs.SPARSE).open()) {
            cache.put(Keys.of(1, 2), zeros);
            cache.put(Keys.of(3), one);
            assertSame(gather(cache, schema, Keys.of(1, 2)), zeros);
            assertSame(gather(cache, schema, Keys.of(3)), one);
        }
    }
}
