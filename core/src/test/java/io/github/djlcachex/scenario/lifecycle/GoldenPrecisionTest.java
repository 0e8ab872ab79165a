package io.github.djlcachex.scenario.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FeatureCacheBuilder;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.cache.StoredAs;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.FloatBuffer;
import java.nio.file.Path;

/** The kept directory of columns that are stored otherwise than they are served. */
@Tag("T25")
class GoldenPrecisionTest {

    private static final String DIRECTORY = "format1-precision";

    private static final RowSchema SCHEMA =
            RowSchema.of(
                    Column.of("half", ElementType.FLOAT32, 3),
                    Column.of("brain", ElementType.FLOAT32, 2),
                    Column.of("small", ElementType.FLOAT32, 2, 2),
                    Column.of("sparse", ElementType.FLOAT32, 200));

    private static final Keys KEYS = TestRows.range(0, 6);

    @TempDir Path directory;

    /** Rows that every precision can represent. */
    private static RowBatch rows() {
        RowBatch batch = RowBatch.allocate(SCHEMA, KEYS.size());
        for (int row = 0; row < KEYS.size(); row++) {
            floats(batch, 0, row).put(new float[] {row / 8f, -row, 65504});
            floats(batch, 1, row).put(new float[] {row * 0x1p100f, -0f});
            floats(batch, 2, row).put(new float[] {127, -127, row, 0});
            floats(batch, 3, row).put(31 * row, row + 1f).put(199, -0f);
        }
        return batch;
    }

    private static FloatBuffer floats(RowBatch batch, int column, int row) {
        return batch.column(column).row(row).asFloatBuffer();
    }

    private static FeatureCacheBuilder at(Path place) {
        return FeatureCache.builder().directory(place).moduleId("precision");
    }

    /** Writes the directory below the one of the argument; what is kept is never replaced. */
    public static void main(String[] args) {
        try (FeatureCache cache =
                at(Path.of(args[0]).resolve(DIRECTORY))
                        .storeAs("half", StoredAs.FLOAT16)
                        .storeAs("brain", StoredAs.BFLOAT16)
                        .storeAs("small", StoredAs.INT8)
                        .storeAs("sparse", StoredAs.SPARSE)
                        .indexSnapshotRows(0)
                        .open()) {
            cache.put(KEYS, rows());
        }
    }

    @Test
    void directoryOfOtherPrecisions_isServedAsItWasPut() throws Exception {
        Path copy = GoldenDirectories.copyOf(DIRECTORY, directory);
        for (ReadMode mode : ReadMode.values()) {
            try (FeatureCache cache = at(copy).readMode(mode).readOnly(true).open()) {
                assertThat(cache.schema()).contains(SCHEMA);
                RowBatch into = RowBatch.allocate(SCHEMA, KEYS.size());
                assertThat(cache.gather(KEYS, into).missing()).isEmpty();
                for (int c = 0; c < SCHEMA.columns().size(); c++) {
                    assertThat(into.buffer(c)).as("column %d", c).isEqualTo(rows().buffer(c));
                }
                assertThat(cache.verify().isIntact()).isTrue();
            }
        }
    }
}
