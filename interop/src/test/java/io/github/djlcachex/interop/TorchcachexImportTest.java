package io.github.djlcachex.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Directories that torchcachex 0.2.0 wrote, row by row. */
class TorchcachexImportTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tensor|50|[FLOAT32[16]]",
                "matrix_int_keys|20|[FLOAT32[3, 4]]",
                "dict|30|[features:FLOAT32[8], pooled:FLOAT32[2, 2]]",
                "tuple|12|[FLOAT32[4], FLOAT32[2]]",
                "int64|10|[INT64[6]]",
            })
    void import_aDirectory_givesEachRowOfIt(String name, int rows, String schema)
            throws IOException, URISyntaxException {
        JsonNode expected = JSON.readTree(fixture(name + ".expected.json").toFile());
        try (FeatureCache cache = open()) {
            ImportReport report = importer(cache, fixture(name)).run();
            assertThat(report.rows()).isEqualTo(rows).isEqualTo(expected.size());
            assertThat(report.storedRows()).isEqualTo(rows);
            assertThat(cache.schema().orElseThrow().columns()).hasToString(schema);
            for (Map.Entry<String, JsonNode> row : expected.properties()) {
                assertThat(stored(cache, row.getKey()))
                        .as(row.getKey())
                        .isEqualTo(numbers(row.getValue()));
            }
        }
    }

    @Test
    void import_again_storesNothing() throws URISyntaxException {
        try (FeatureCache cache = open()) {
            importer(cache, fixture("dict")).run();
        }
        try (FeatureCache cache = open()) {
            ImportReport report = importer(cache, fixture("dict")).run();
            assertThat(report.existingRows()).isEqualTo(30);
            assertThat(report.storedRows()).isZero();
        }
    }

    @Test
    void import_idsAsIntegers_areIntegerKeys() throws URISyntaxException {
        try (FeatureCache cache = open()) {
            importer(cache, fixture("matrix_int_keys")).keyType(KeyType.INT64).run();
            assertThat(cache.contains(19)).isTrue();
            assertThat(cache.contains(20)).isFalse();
        }
    }

    @Test
    void import_aDirectoryWithoutSegments_isRefused() {
        try (FeatureCache cache = open()) {
            assertThatThrownBy(() -> importer(cache, directory).run())
                    .isInstanceOf(InvalidOptionException.class)
                    .hasMessageContaining("torchcachex");
        }
    }

    private FeatureCache open() {
        return FeatureCache.builder().directory(directory).moduleId("torch").open();
    }

    private static CacheImporter importer(FeatureCache cache, Path source) {
        return CacheImporter.builder().cache(cache).format(FileFormat.TORCHCACHEX).source(source);
    }

    private static Path fixture(String name) throws URISyntaxException {
        Path path =
                Path.of(TorchcachexImportTest.class.getResource("/torchcachex/" + name).toURI());
        assertThat(Files.exists(path)).isTrue();
        return path;
    }

    /** All numbers of a row, column after column. */
    private static List<Double> stored(FeatureCache cache, String key) {
        RowBatch row = RowBatch.allocate(cache.schema().orElseThrow(), 1);
        assertThat(cache.gather(Keys.of(key), row).isComplete()).isTrue();
        List<Double> numbers = new ArrayList<>();
        for (int c = 0; c < row.schema().columns().size(); c++) {
            ByteBuffer data = row.buffer(c);
            boolean isLong = row.schema().columns().get(c).type().byteWidth() == Long.BYTES;
            for (int at = 0; at < data.capacity(); at += isLong ? Long.BYTES : Float.BYTES) {
                numbers.add(isLong ? (double) data.getLong(at) : data.getFloat(at));
            }
        }
        return numbers;
    }

    private static List<Double> numbers(JsonNode value) {
        if (value.isNumber()) {
            return List.of(value.doubleValue());
        }
        List<Double> numbers = new ArrayList<>();
        value.forEach(child -> numbers.addAll(numbers(child)));
        return numbers;
    }
}
