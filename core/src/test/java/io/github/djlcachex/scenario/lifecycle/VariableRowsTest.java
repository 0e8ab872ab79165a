package io.github.djlcachex.scenario.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.ChecksumPolicy;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FeatureCacheBuilder;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.InvalidRowsException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.RowShapes;
import io.github.djlcachex.row.SchemaMismatchException;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Rows that differ in shape: stored, read at their own size, and refused. */
class VariableRowsTest {

    private static final Column TOKENS =
            Column.of("tokens", ElementType.FLOAT32, Column.VARIABLE, 3);

    private static final TestRows ROWS =
            new TestRows(
                    RowSchema.of(
                            TOKENS,
                            Column.of(ElementType.INT64),
                            Column.of(
                                    "boxes",
                                    ElementType.FLOAT16,
                                    2,
                                    Column.VARIABLE,
                                    Column.VARIABLE),
                            Column.ofStrings("text"),
                            Column.ofBinary("blob")),
                    31);

    private static final Keys KEYS = TestRows.range(-50, 50);

    @TempDir Path directory;

    private FeatureCacheBuilder cache() {
        return FeatureCache.builder().directory(directory).moduleId("tokens");
    }

    private static void assertServes(FeatureCache cache, TestRows rows, Keys keys) {
        RowBatch into = rows.room(cache, keys);
        assertThat(cache.gather(keys, into).missing()).isEmpty();
        for (int i = 0; i < keys.size(); i++) {
            assertThat(rows.isRight(keys, i, into)).as("row %d", i).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(ReadMode.class)
    void rowsOfDifferentShapes_atEveryPlace_areReadAtTheirOwnSize(ReadMode mode) {
        try (FeatureCache cache = cache().segmentRows(17).readMode(mode).open()) {
            cache.put(KEYS, ROWS.batch(KEYS));
            assertServes(cache, ROWS, KEYS); // from open and sealed segments
            assertThat(cache.flush().isComplete()).isTrue();
            assertServes(cache, ROWS, KEYS);
            assertThat(cache.verify().isIntact()).isTrue();
        }
        for (ChecksumPolicy policy : ChecksumPolicy.values()) {
            try (FeatureCache cache = cache().readMode(mode).checksumPolicy(policy).open()) {
                assertThat(cache.schema()).contains(ROWS.schema());
                assertServes(cache, ROWS, KEYS);
                assertServes(cache, ROWS, KEYS); // some from the memory tier, read positionally
            }
        }
    }

    @Test
    void shapes_ofKeysWithAndWithoutRow_areTheRowsAndNothing() {
        Keys some = Keys.of(7, 1000, 7, -3);
        try (FeatureCache cache = cache().open()) {
            assertThat(cache.shapes(some)).isEmpty();
            cache.put(KEYS, ROWS.batch(KEYS));
            RowShapes shapes = cache.shapes(some).orElseThrow();
            RowShapes expected = ROWS.shapes(some);
            for (int row : new int[] {0, 2, 3}) {
                assertThat(shapes.sameRow(row, expected, row)).isTrue();
            }
            assertThat(shapes.shape(0, 1)).containsExactly(0, 3);
            assertThat(shapes.rowBytes(0, 1)).isZero();
            assertThat(shapes.rowBytes(1, 1)).isEqualTo(8);
            RowBatch into = RowBatch.allocate(shapes);
            assertThat(cache.gather(some, into).missing()).containsExactly(1);
        }
    }

    @Test
    void gather_intoABatchOfOtherShapes_missesTheRowsThatDiffer() {
        RowSchema schema =
                RowSchema.of(Column.of(ElementType.FLOAT32, Column.VARIABLE, Column.VARIABLE));
        RowShapes stored = RowShapes.builder(schema).add(shape(2, 3)).add(shape(4, 3)).build();
        // of another size, and of the same size
        for (int[] second : List.of(shape(2, 3), shape(3, 4))) {
            RowShapes other = RowShapes.builder(schema).add(shape(2, 3)).add(second).build();
            for (ReadMode mode : ReadMode.values()) {
                String module = mode.name() + second[1];
                try (FeatureCache cache = cache().fingerprint(module).readMode(mode).open()) {
                    Keys keys = Keys.of(1, 2);
                    cache.put(keys, RowBatch.allocate(stored));
                    assertMissesTheSecond(cache, keys, other); // of the open segment
                    cache.flush();
                    assertMissesTheSecond(cache, keys, other); // of the file
                    assertThat(cache.gather(keys, RowBatch.allocate(stored)).missing()).isEmpty();
                    assertMissesTheSecond(cache, keys, other); // perhaps of the memory tier
                    assertThat(cache.stats().corruptRows()).isZero();
                }
            }
        }
    }

    private static void assertMissesTheSecond(FeatureCache cache, Keys keys, RowShapes shapes) {
        assertThat(cache.gather(keys, RowBatch.allocate(shapes)).missing()).containsExactly(1);
    }

    @Test
    void readOnlyCache_keepsRowsOfDifferentShapesInMemory() {
        try (FeatureCache cache = cache().open()) {
            cache.put(Keys.of(1), ROWS.batch(Keys.of(1)));
        }
        try (FeatureCache cache = cache().readOnly(true).open()) {
            assertThat(cache.put(KEYS, ROWS.batch(KEYS)).declined()).isEqualTo(KEYS.size());
            assertServes(cache, ROWS, KEYS);
        }
    }

    @Test
    void segments_ofRowsOfDifferentSizes_areBoundedInBytes() {
        RowSchema schema = RowSchema.of(Column.ofBinary("blob"));
        int limit = 64 << 10;
        RowShapes.Builder shapes = RowShapes.builder(schema);
        int[] sizes = {60_000, 3_000, 4_000, 500_000, 0, 1, 30_000, 30_000, 70_000};
        IntStream.of(sizes).forEach(size -> shapes.add(shape(size)));
        RowBatch rows = RowBatch.allocate(shapes.build());
        for (int i = 0; i < rows.buffer(0).capacity(); i++) {
            rows.buffer(0).put(i, (byte) (i * 31 + i / 251));
        }
        Keys keys = TestRows.range(0, sizes.length);
        try (FeatureCache cache = cache().segmentRows(1000).segmentBytes(limit).open()) {
            assertThat(cache.put(keys, rows).stored()).isEqualTo(sizes.length);
            cache.flush();
            List<Integer> rowsOfSegments = new ArrayList<>();
            cache.segments().forEach(segment -> rowsOfSegments.add(segment.rows()));
            assertThat(rowsOfSegments).containsExactly(2, 1, 1, 4, 1);
            RowBatch into = RowBatch.allocate(cache.shapes(keys).orElseThrow());
            assertThat(cache.gather(keys, into).missing()).isEmpty();
            assertThat(into.buffer(0)).isEqualTo(rows.buffer(0));
        }
    }

    @Test
    void computeMissing_ofRowsOfDifferentShapes_computesEachOnce() {
        List<Keys> asked = new ArrayList<>();
        try (FeatureCache cache = cache().open()) {
            cache.put(Keys.of(3, 9), ROWS.batch(Keys.of(3, 9)));
            Keys keys = Keys.of(9, 4, 3, 4, 5);
            RowBatch computed =
                    cache.computeMissing(
                            keys,
                            missing -> {
                                asked.add(missing);
                                return ROWS.batch(missing);
                            });
            for (int i = 0; i < keys.size(); i++) {
                assertThat(ROWS.isRight(keys, i, computed)).as("row %d", i).isTrue();
            }
            assertThat(asked).containsExactly(Keys.of(4, 5));
            assertServes(cache, ROWS, keys);
        }
    }

    @Test
    void put_ofAnotherKindOfColumn_isRefused() {
        try (FeatureCache cache = cache().open()) {
            cache.put(Keys.of(1), ROWS.batch(Keys.of(1)));
            RowSchema fixed = RowSchema.of(Column.of("tokens", ElementType.FLOAT32, 2, 3));
            assertThatThrownBy(() -> cache.put(Keys.of(2), RowBatch.allocate(fixed, 1)))
                    .isInstanceOf(SchemaMismatchException.class)
                    .hasMessageContaining("[-1, 3]");
            assertThatThrownBy(() -> cache.put(2, new float[] {1}))
                    .isInstanceOf(SchemaMismatchException.class);
            assertThatThrownBy(() -> cache.get(2)).isInstanceOf(SchemaMismatchException.class);
        }
    }

    @Test
    void put_ofATextThatIsNotUtf8_isRefusedWithItsRow() {
        RowSchema schema = RowSchema.of(Column.ofStrings("text"));
        RowShapes shapes = RowShapes.builder(schema).add(shape(1)).add(shape(1)).build();
        // together the two rows would be one character
        RowBatch rows =
                RowBatch.wrap(shapes, ByteBuffer.wrap("é".getBytes(StandardCharsets.UTF_8)));
        try (FeatureCache cache = cache().open()) {
            assertThatThrownBy(() -> cache.put(Keys.of(1, 2), rows))
                    .isInstanceOf(InvalidRowsException.class)
                    .hasMessageContaining("row 0")
                    .hasMessageContaining("text:STRING");
        }
    }

    @Test
    void batch_ofAVariableColumn_needsShapes() {
        RowSchema schema = RowSchema.of(TOKENS);
        assertThatThrownBy(() -> RowBatch.allocate(schema, 2))
                .isInstanceOf(InvalidRowsException.class)
                .hasMessageContaining("RowShapes");
        RowShapes.Builder shapes = RowShapes.builder(schema);
        assertThatThrownBy(() -> shapes.add(shape(2, 4)))
                .isInstanceOf(InvalidRowsException.class)
                .hasMessageContaining("[2, 4]")
                .hasMessageContaining("[-1, 3]");
        assertThatThrownBy(() -> shapes.add(shape(-1, 3))).isInstanceOf(InvalidRowsException.class);
        assertThatThrownBy(() -> shapes.add(shape(Integer.MAX_VALUE, 3)))
                .isInstanceOf(InvalidRowsException.class)
                .hasMessageContaining("bytes");
        assertThatThrownBy(() -> shapes.add()).isInstanceOf(InvalidRowsException.class);
        assertThat(shapes.build().rows()).isZero();
    }

    @Test
    void padded_rowsOfDifferentShapes_areFilledToTheLongest() {
        RowSchema schema =
                RowSchema.of(Column.of(ElementType.INT8, Column.VARIABLE, Column.VARIABLE));
        RowShapes shapes =
                RowShapes.builder(schema)
                        .add(shape(1, 3))
                        .add(shape(2, 1))
                        .add(shape(0, 0))
                        .build();
        RowBatch batch = RowBatch.wrap(shapes, ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5}));
        var padded = batch.column(0).padded(ByteBuffer.wrap(new byte[] {9}));
        assertThat(padded.column().shape()).containsExactly(2, 3);
        byte[] bytes = new byte[18];
        padded.data().get(bytes);
        assertThat(bytes).containsExactly(1, 2, 3, 9, 9, 9, 4, 9, 9, 5, 9, 9, 9, 9, 9, 9, 9, 9);
        assertThatThrownBy(() -> batch.column(0).padded(ByteBuffer.allocate(4)))
                .isInstanceOf(InvalidRowsException.class);
    }

    @Test
    void padded_rowsOfOneNumber_areACopy() {
        RowBatch batch = RowBatch.allocate(RowSchema.of(Column.of(ElementType.INT8)), 2);
        batch.buffer(0).put(0, new byte[] {4, 5});
        var padded = batch.column(0).padded(ByteBuffer.wrap(new byte[] {9}));
        assertThat(padded.data()).isEqualTo(ByteBuffer.wrap(new byte[] {4, 5}));
        assertThat(padded.column().shape()).isEmpty();
    }

    private static int[] shape(int... dimensions) {
        return dimensions;
    }
}
