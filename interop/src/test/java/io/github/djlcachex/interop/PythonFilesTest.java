package io.github.djlcachex.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.InvalidRowsException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.LongStream;

/** Files that pyarrow, Polars and {@code datasets} wrote; generate.py beside them writes them. */
class PythonFilesTest {

    private static final int ROWS = 10;

    @TempDir Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "file.arrow|row|[4]",
                "stream.arrows|row|[4]",
                "tensor.arrow||[2, 2]",
                "dictionary.arrow|row|[4]",
                "nested.arrow|row|[2, 2]",
                "lz4.arrow|row|[4]",
                "zstd.arrows|row|[4]",
                "polars.arrow|a text of more than twelve bytes|[4]",
                "hf|row|[4]",
            })
    void import_aFile_givesEachRowOfIt(String name, String prefix, String shape) throws Exception {
        try (FeatureCache cache = open()) {
            ImportReport report = importer(cache, name).run();
            assertThat(report.storedRows()).isEqualTo(ROWS);
            assertThat(cache.schema().orElseThrow().columns())
                    .hasToString("[v:FLOAT32" + shape + "]");
            for (int row = 0; row < ROWS; row++) {
                RowBatch stored = RowBatch.allocate(cache.schema().orElseThrow(), 1);
                Keys key = prefix == null ? Keys.of((long) row) : Keys.of(prefix + " " + row);
                assertThat(cache.gather(key, stored).isComplete()).as("row %s", row).isTrue();
                for (int i = 0; i < 4; i++) {
                    assertThat(stored.buffer(0).getFloat(i * Float.BYTES)).isEqualTo(4 * row + i);
                }
            }
        }
    }

    @Test
    void import_chunks_tellsRowsAndFiles() throws URISyntaxException {
        List<String> told = new ArrayList<>();
        try (FeatureCache cache = open()) {
            importer(cache, "hf").listener(progress -> told.add(progress.toString())).run();
        }
        assertThat(told)
                .containsExactly(
                        "TransferProgress(5 rows, 0 of 2 files)",
                        "TransferProgress(10 rows, 1 of 2 files)");
    }

    @Test
    void import_floats_areConvertedWhenAsked() throws URISyntaxException {
        try (FeatureCache cache = open()) {
            importer(cache, "file.arrow").elementType(ElementType.FLOAT16).run();
            assertThat(cache.schema().orElseThrow()).hasToString("RowSchema[v:FLOAT16[4]]");
        }
    }

    @Test
    void import_rowsThatDiffer_areVariableRowsWhenAllowed() throws URISyntaxException {
        try (FeatureCache cache = open()) {
            assertThatThrownBy(() -> importer(cache, "ragged.arrow").run())
                    .isInstanceOf(InvalidRowsException.class)
                    .hasMessageContaining("[1]")
                    .hasMessageContaining("variableRows");
            importer(cache, "ragged.arrow").variableRows(true).run();
            var shapes = cache.shapes(Keys.of("row 0", "row 1")).orElseThrow();
            assertThat(shapes.shape(0, 0)).containsExactly(2);
            assertThat(shapes.shape(0, 1)).containsExactly(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"null.arrow", "null_id.arrow"})
    void import_null_isRefusedWithItsRow(String name) throws URISyntaxException {
        try (FeatureCache cache = open()) {
            assertThatThrownBy(() -> importer(cache, name).run())
                    .isInstanceOf(InvalidRowsException.class)
                    .hasMessageContaining("value 1")
                    .hasMessageContaining("null");
            assertThat(cache.rowCount()).isZero();
        }
    }

    @Test
    void import_aTypeThatNoRowHas_isRefused() throws URISyntaxException {
        try (FeatureCache cache = open()) {
            assertThatThrownBy(() -> importer(cache, "dates.arrow").run())
                    .isInstanceOf(InvalidRowsException.class)
                    .hasMessageContaining("'v'");
        }
    }

    /** Of one the LZ4 blocks refer to those before, of the other a buffer is not compressed. */
    @Test
    void import_compressedBatches_givesEachRow() throws URISyntaxException {
        RowBatch lz4 = longRows("long.lz4.arrow");
        RowBatch zstd = longRows("long.zstd.arrow");
        for (int row = 0; row < lz4.rows(); row++) {
            assertThat(lz4.buffer(0).getFloat(16 * row)).isEqualTo(row);
            assertThat(lz4.buffer(0).getFloat(16 * row + 12)).isEqualTo(3);
        }
        assertThat(zstd.buffer(0)).isEqualTo(lz4.buffer(0));
        assertThat(zstd.buffer(1)).isEqualTo(lz4.buffer(1));
    }

    private RowBatch longRows(String name) throws URISyntaxException {
        try (FeatureCache cache =
                FeatureCache.builder().directory(directory).moduleId(name).open()) {
            assertThat(importer(cache, name).run().storedRows()).isEqualTo(20_000);
            RowBatch rows = RowBatch.allocate(cache.schema().orElseThrow(), 20_000);
            Keys keys = Keys.of(LongStream.range(0, 20_000).toArray());
            assertThat(cache.gather(keys, rows).isComplete()).isTrue();
            return rows;
        }
    }

    /** Whatever a byte becomes, an import ends with rows or with a typed exception. */
    @ParameterizedTest
    @ValueSource(strings = {"lz4.arrow", "zstd.arrows"})
    void import_changedBytesOfCompressedBatches_givesRowsOrATypedException(String name)
            throws Exception {
        byte[] whole = Files.readAllBytes(file(name));
        Path changed = directory.resolve("changed");
        Random random = new Random(5);
        for (int run = 0; run < 300; run++) {
            byte[] bytes = whole.clone();
            for (int i = 0; i < 3; i++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            Files.write(changed, bytes);
            try (FeatureCache cache =
                    FeatureCache.builder().directory(directory).moduleId("m" + run).open()) {
                CacheImporter.builder().cache(cache).format(FileFormat.ARROW).source(changed).run();
            } catch (CacheException e) {
                assertThat(e).hasMessageContaining("expected");
            }
        }
    }

    @Test
    void import_parquetWithoutItsArtifact_namesTheArtifact() throws URISyntaxException {
        try (FeatureCache cache = open()) {
            CacheImporter parquet =
                    CacheImporter.builder()
                            .cache(cache)
                            .format(FileFormat.PARQUET)
                            .source(directory);
            assertThatThrownBy(parquet::run)
                    .isInstanceOf(CacheException.class)
                    .hasMessageContaining("djlcachex-parquet");
        }
    }

    private FeatureCache open() {
        return FeatureCache.builder().directory(directory).moduleId("python").open();
    }

    private static CacheImporter importer(FeatureCache cache, String name)
            throws URISyntaxException {
        FileFormat format = name.equals("hf") ? FileFormat.HF : FileFormat.ARROW;
        return CacheImporter.builder().cache(cache).format(format).source(file(name));
    }

    private static Path file(String name) throws URISyntaxException {
        var file = Objects.requireNonNull(PythonFilesTest.class.getResource("/python/" + name));
        return Path.of(file.toURI());
    }
}
