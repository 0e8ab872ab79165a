package io.github.djlcachex.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.RowShapes;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Path;

/** Batches of columns that are stored in another precision: used ones, and large ones. */
class StoredAsBatchesTest {

    @TempDir Path directory;

    /** A caller who filled a batch by relative methods left the positions where the rows end. */
    @ParameterizedTest
    @EnumSource(names = "SPARSE", mode = EnumSource.Mode.EXCLUDE) // those that round
    void batches_whosePositionsMoved_areStoredAndReadWhole(StoredAs precision) {
        Keys keys = Keys.of(1, 2, 3);
        try (FeatureCache cache = Caches.at(directory).storeAs(precision).open()) {
            RowBatch moved = StoredAsTest.rows(keys);
            RowBatch into = RowBatch.allocate(StoredAsTest.SERVED, keys.size());
            for (int c = 0; c < 3; c++) {
                moved.buffer(c).position(moved.buffer(c).limit());
                into.buffer(c).position(8);
            }
            assertThat(cache.put(keys, moved).stored()).isEqualTo(3);
            RowBatch rounded = cache.rounded(StoredAsTest.rows(keys));
            StoredAsTest.assertSame(cache.rounded(moved), rounded);
            assertThat(cache.gather(keys, into).isComplete()).isTrue();
            for (int c = 0; c < 3; c++) {
                into.buffer(c).rewind();
            }
            StoredAsTest.assertSame(into, rounded);
        }
    }

    /** So many bytes that they are converted in parts, of rows that are not all of one size. */
    @ParameterizedTest
    @EnumSource(names = "SPARSE", mode = EnumSource.Mode.EXCLUDE) // those that round
    void manyRows_thatDifferInShape_areStoredAndReadAtTheirPlaces(StoredAs precision) {
        RowSchema schema =
                RowSchema.of(
                        Column.ofStrings("text"),
                        Column.of("tokens", ElementType.FLOAT32, Column.VARIABLE, 100));
        Keys keys = TestRows.range(0, 600);
        RowShapes.Builder shapes = RowShapes.builder(schema);
        for (int row = 0; row < keys.size(); row++) {
            shapes.add(new int[] {row % 3}, new int[] {row % 7 * (1 + row / 30), 100});
        }
        RowBatch rows = RowBatch.allocate(shapes.build());
        for (int i = 0; i < rows.buffer(1).capacity(); i += Float.BYTES) {
            rows.buffer(1).putFloat(i, StoredAsTest.number(9, i));
        }
        for (int i = 0; i < rows.buffer(0).capacity(); i++) {
            rows.buffer(0).put(i, (byte) ('a' + i % 26));
        }
        assertThat(rows.bytes()).isGreaterThan(4 << 20);
        try (FeatureCache cache = Caches.at(directory).storeAs(precision).open()) {
            assertThat(cache.put(keys, rows).stored()).isEqualTo(keys.size());
            RowBatch rounded = cache.rounded(rows);
            RowBatch found = RowBatch.allocate(cache.shapes(keys).orElseThrow());
            assertThat(cache.gather(keys, found).isComplete()).isTrue();
            StoredAsTest.assertSame(found, rounded);
            for (int row : new int[] {0, 1, 299, 599}) {
                StoredAsTest.assertSame(cache.rounded(rows.select(row)), rounded.select(row));
            }
        }
    }
}
