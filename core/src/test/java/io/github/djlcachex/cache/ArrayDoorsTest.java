package io.github.djlcachex.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.row.CacheClosedException;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.InvalidKeyException;
import io.github.djlcachex.row.InvalidRowsException;
import io.github.djlcachex.row.KeyTypeMismatchException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.SchemaMismatchException;

import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

/** Rows as plain arrays, over the same engine as batches. */
@NullUnmarked
class ArrayDoorsTest {

    private static final float[] ROW = {1, -0.0f, Float.MIN_VALUE, Float.NaN};
    private static final float[] OTHER = {5, 6, 7, 8};

    @TempDir Path directory;

    private FeatureCache open() {
        return FeatureCache.builder().directory(directory).moduleId("arrays").open();
    }

    @Test
    void put_ofARow_isFoundByGetAndByTheNextRun() {
        try (FeatureCache cache = open()) {
            assertThat(cache.put(7, ROW)).isEqualTo(Seams.put(1, 0, 0));
            assertThat(cache.put(7, OTHER)).isEqualTo(Seams.put(0, 1, 0));
            assertThat(cache.get(7)).hasValueSatisfying(row -> assertThat(row).isEqualTo(ROW));
            assertThat(cache.get(8)).isEmpty();
        }
        try (FeatureCache cache = open()) {
            float[] into = new float[4];
            assertThat(cache.get(7, into)).isTrue();
            assertThat(into).isEqualTo(ROW);
            float[] untouched = OTHER.clone();
            assertThat(cache.get(8, untouched)).isFalse();
            assertThat(untouched).isEqualTo(OTHER);
        }
    }

    @Test
    void put_underStringIds_isFound() {
        try (FeatureCache cache = open()) {
            assertThat(cache.put("a", ROW).stored()).isOne();
            assertThat(cache.put(List.of("a", "b"), new float[][] {OTHER, OTHER}))
                    .isEqualTo(Seams.put(1, 1, 0));
            assertThat(cache.get("a")).hasValueSatisfying(row -> assertThat(row).isEqualTo(ROW));
            float[] into = new float[4];
            assertThat(cache.get("b", into)).isTrue();
            assertThat(into).isEqualTo(OTHER);
            assertThatThrownBy(() -> cache.put(1, ROW))
                    .isInstanceOf(KeyTypeMismatchException.class);
            assertThatThrownBy(() -> cache.get(1)).isInstanceOf(KeyTypeMismatchException.class);
            assertThatThrownBy(() -> cache.get((String) null))
                    .isInstanceOf(InvalidKeyException.class);
        }
    }

    @Test
    void put_ofManyRows_isOneBatch() {
        try (FeatureCache cache = open()) {
            assertThat(cache.put(new long[] {1, 2, 1}, new float[][] {ROW, OTHER, OTHER}))
                    .isEqualTo(Seams.put(2, 1, 0));
            RowBatch batch = RowBatch.allocate(cache.schema().orElseThrow(), 2);
            assertThat(cache.gather(Keys.of(2, 1), batch).isComplete()).isTrue();
            assertThat(batch.buffer(0).getFloat(0)).isEqualTo(5);
            assertThat(cache.put(new long[0], new float[0][])).isEqualTo(Seams.put(0, 0, 0));
        }
    }

    @Test
    void put_ofNoRows_decidesOnNothing() {
        try (FeatureCache cache = open()) {
            assertThat(cache.put(new long[0], new float[0][])).isEqualTo(Seams.put(0, 0, 0));
            assertThat(cache.schema()).isEmpty();
            assertThat(cache.put("a", ROW).stored()).isOne();
        }
    }

    @Test
    void rows_ofAnotherLength_areRefusedWithBoth() {
        try (FeatureCache cache = open()) {
            cache.put(1, ROW);
            assertThatThrownBy(() -> cache.put(2, new float[3]))
                    .isInstanceOf(SchemaMismatchException.class)
                    .hasMessageContainingAll("FLOAT32[4]", "FLOAT32[3]");
            assertThatThrownBy(() -> cache.get(1, new float[5]))
                    .isInstanceOf(SchemaMismatchException.class)
                    .hasMessageContainingAll("FLOAT32[4]", "FLOAT32[5]");
        }
    }

    @Test
    void rows_ofAnotherType_areRefused() {
        RowSchema schema = RowSchema.of(Column.of(ElementType.FLOAT64, 4));
        try (FeatureCache cache = open()) {
            cache.put(Keys.of(1), RowBatch.allocate(schema, 1));
            assertThatThrownBy(() -> cache.put(2, ROW))
                    .isInstanceOf(SchemaMismatchException.class)
                    .hasMessageContainingAll("FLOAT64[4]", "FLOAT32[4]");
            assertThatThrownBy(() -> cache.get(1)).isInstanceOf(SchemaMismatchException.class);
        }
    }

    /** What a decorator stored is read by a plain Java program. */
    @Test
    void rows_ofAShapeAndAName_areReadAndWrittenInRowMajorOrder() {
        RowSchema schema = RowSchema.of(Column.of("pixels", ElementType.FLOAT32, 2, 2));
        RowBatch batch = RowBatch.allocate(schema, 1);
        for (int i = 0; i < 4; i++) {
            batch.buffer(0).putFloat(i * Float.BYTES, OTHER[i]);
        }
        try (FeatureCache cache = open()) {
            cache.put(Keys.of(1), batch);
            assertThat(cache.get(1)).hasValueSatisfying(row -> assertThat(row).isEqualTo(OTHER));
            assertThat(cache.put(2, ROW).stored()).isOne();
            assertThat(cache.schema()).contains(schema);
        }
    }

    @Test
    void rows_thatAreNone_areRefused() {
        try (FeatureCache cache = open()) {
            assertThatThrownBy(() -> cache.put(1, null)).isInstanceOf(InvalidRowsException.class);
            assertThatThrownBy(() -> cache.put(1, new float[0]))
                    .isInstanceOf(InvalidRowsException.class);
            assertThatThrownBy(() -> cache.get(1, null)).isInstanceOf(InvalidRowsException.class);
            assertThatThrownBy(() -> cache.put(new long[] {1, 2}, new float[][] {ROW}))
                    .isInstanceOf(InvalidRowsException.class)
                    .hasMessageContaining("2 rows");
            assertThatThrownBy(
                            () -> cache.put(new long[] {1, 2}, new float[][] {ROW, new float[3]}))
                    .isInstanceOf(InvalidRowsException.class)
                    .hasMessageContaining("row 1");
            assertThat(cache.schema()).isEmpty();
        }
    }

    @Test
    void get_afterClose_isRefused() {
        FeatureCache cache = open();
        cache.close();
        assertThatThrownBy(() -> cache.get(1)).isInstanceOf(CacheClosedException.class);
        assertThatThrownBy(() -> cache.put(1, ROW)).isInstanceOf(CacheClosedException.class);
    }
}
