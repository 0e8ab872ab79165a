package io.github.djlcachex.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.interop.CacheExporter;
import io.github.djlcachex.interop.CacheImporter;
import io.github.djlcachex.interop.ExportReport;
import io.github.djlcachex.interop.FileFormat;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.RowShapes;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;

/** What is exported comes back, without a class of Hadoop on the path. */
class ParquetTest {

    private static final int ROWS = 3000;

    @TempDir Path directory;
    @TempDir Path out;

    @Test
    void hadoop_isNotThereAtRunTime() {
        assertThatThrownBy(() -> Class.forName("org.apache.hadoop.fs.FileSystem"))
                .isInstanceOf(ClassNotFoundException.class);
    }

    @Test
    void export_thenImport_givesTheSameRows() {
        RowSchema schema =
                RowSchema.of(
                        Column.of("v", ElementType.FLOAT32, 2, 3),
                        Column.of("h", ElementType.FLOAT16, 2),
                        Column.of("flag", ElementType.BOOLEAN),
                        Column.of("small", ElementType.UINT8, 2),
                        Column.of("t", ElementType.FLOAT64, Column.VARIABLE, 2),
                        Column.ofStrings("s"));
        RowShapes.Builder shapes = RowShapes.builder(schema);
        for (int row = 0; row < ROWS; row++) {
            shapes.add(new int[] {row % 4, 2}, new int[] {row % 3});
        }
        RowBatch rows = RowBatch.allocate(shapes.build());
        for (int c = 0; c < 6; c++) {
            for (int i = 0; i < rows.buffer(c).capacity(); i++) {
                byte value = (byte) (c == 2 ? i % 2 : c == 5 ? 'a' + i % 20 : i % 100);
                rows.buffer(c).put(i, value);
            }
        }
        Keys keys =
                Keys.of(IntStream.range(0, ROWS).mapToObj(i -> "row " + i).toArray(String[]::new));
        Path file = out.resolve("rows.parquet");
        try (FeatureCache from = open("from");
                FeatureCache to = open("to")) {
            from.put(keys, rows);
            from.flush();
            ExportReport report =
                    CacheExporter.builder()
                            .cache(from)
                            .format(FileFormat.PARQUET)
                            .target(file)
                            .run();
            assertThat(report.rows()).isEqualTo(ROWS);
            assertThat(report.files()).containsExactly(file);
            CacheImporter importer =
                    CacheImporter.builder().cache(to).format(FileFormat.PARQUET).source(file);
            importer.columns("v", "h", "flag", "small").run();
            RowBatch back = RowBatch.allocate(to.schema().orElseThrow(), ROWS);
            assertThat(to.gather(keys, back).isComplete()).isTrue();
            for (int c = 0; c < 4; c++) {
                assertThat(back.buffer(c)).as("column %s", c).isEqualTo(rows.buffer(c));
            }
        }
        try (FeatureCache to = open("variable")) {
            CacheImporter.builder()
                    .cache(to)
                    .format(FileFormat.PARQUET)
                    .source(file)
                    .columns("t", "s")
                    .variableRows(true)
                    .run();
            RowBatch back = RowBatch.allocate(to.shapes(keys).orElseThrow());
            assertThat(to.gather(keys, back).isComplete()).isTrue();
            assertThat(back.buffer(0)).isEqualTo(rows.buffer(4));
            assertThat(back.buffer(1)).isEqualTo(rows.buffer(5));
        }
    }

    @Test
    void exportThenImport_anyBitsOfNaN_comeBack() {
        RowSchema schema =
                RowSchema.of(
                        Column.of("f", ElementType.FLOAT32), Column.of("d", ElementType.FLOAT64));
        int[] floats = {0x7fc00000, 0xffc00000, 0x7fc01234, 0x80000000, 0x00000001};
        long[] doubles = {0x7ff8L << 48, 0xfff8L << 48, 0x7ff8_0000_0000_1234L, 1L << 63, 1};
        RowBatch rows = RowBatch.allocate(schema, floats.length);
        for (int i = 0; i < floats.length; i++) {
            rows.buffer(0).putInt(4 * i, floats[i]);
            rows.buffer(1).putLong(8 * i, doubles[i]);
        }
        Keys keys = Keys.of(0, 1, 2, 3, 4);
        Path file = out.resolve("nan.parquet");
        try (FeatureCache from = open("from");
                FeatureCache to = open("to")) {
            from.put(keys, rows);
            from.flush();
            export(from, file);
            importer(to, file).run();
            RowBatch back = RowBatch.allocate(schema, floats.length);
            assertThat(to.gather(keys, back).isComplete()).isTrue();
            assertThat(back.buffer(0)).isEqualTo(rows.buffer(0));
            assertThat(back.buffer(1)).isEqualTo(rows.buffer(1));
            assertThat(importer(from, file).run().storedRows()).isZero(); // and no conflict
        }
    }

    @Test
    void import_aPageThatIsNotAsItsChecksum_isCorrupt() throws IOException {
        RowSchema schema = RowSchema.of(Column.of("d", ElementType.FLOAT64));
        RowBatch rows = RowBatch.allocate(schema, 1);
        rows.buffer(0).putDouble(0, 1.234567890123);
        Path file = out.resolve("page.parquet");
        try (FeatureCache from = open("from");
                FeatureCache to = open("to")) {
            from.put(Keys.of(1), rows);
            from.flush();
            export(from, file);
            byte[] bytes = Files.readAllBytes(file);
            ByteBuffer number = rows.buffer(0).slice(0, 8);
            int at = 0;
            while (ByteBuffer.wrap(bytes, at, 8).mismatch(number) >= 0) {
                at++;
            }
            bytes[at + 5] ^= 1;
            Files.write(file, bytes);
            assertThatThrownBy(() -> importer(to, file).run())
                    .isInstanceOf(CorruptFileException.class)
                    .hasMessageContaining("page.parquet");
            assertThat(to.schema()).isEmpty();
        }
    }

    private static void export(FeatureCache from, Path file) {
        CacheExporter.builder().cache(from).format(FileFormat.PARQUET).target(file).run();
    }

    private static CacheImporter importer(FeatureCache to, Path file) {
        return CacheImporter.builder().cache(to).format(FileFormat.PARQUET).source(file);
    }

    @Test
    void import_aFileThatIsNone_isCorrupt() throws IOException {
        Path file = Files.writeString(out.resolve("rows.parquet"), "this is no Parquet file");
        try (FeatureCache to = open("to")) {
            assertThatThrownBy(
                            () ->
                                    CacheImporter.builder()
                                            .cache(to)
                                            .format(FileFormat.PARQUET)
                                            .source(file)
                                            .run())
                    .isInstanceOf(CorruptFileException.class);
        }
    }

    private FeatureCache open(String module) {
        return FeatureCache.builder().directory(directory).moduleId(module).open();
    }
}
