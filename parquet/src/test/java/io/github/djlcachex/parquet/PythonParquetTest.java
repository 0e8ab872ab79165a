package io.github.djlcachex.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.interop.CacheExporter;
import io.github.djlcachex.interop.CacheImporter;
import io.github.djlcachex.interop.FileFormat;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.UnsupportedFormatException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;

/**
 * Parquet goes to the tools and comes back from them, in the Python that DJLCACHEX_PYTHON names.
 */
class PythonParquetTest {

    private static final String PYTHON =
            System.getenv().getOrDefault("DJLCACHEX_PYTHON", "python3");
    private static final int ROWS = 2000;

    @TempDir Path directory;
    @TempDir Path out;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pyarrow|import pyarrow.parquet as p; t = p.read_table(f); d = t.to_pydict();"
                        + " i = d['id']; v = d['v']; p.write_table(t, g, compression='zstd')",
                "pyarrow|import pyarrow.parquet as p; t = p.read_table(f); d = t.to_pydict();"
                        + " i = d['id']; v = d['v']; p.write_table(t, g, version='1.0',"
                        + " use_dictionary=False, compression='gzip', row_group_size=300,"
                        + " data_page_version='2.0')",
                "polars|t = polars.read_parquet(f); i = t['id'].to_list(); v = t['v'].to_list();"
                        + " t.write_parquet(g)",
                "duckdb|t = duckdb.sql(f\"select id, v from '{f}'\").fetchall();"
                        + " i = [r[0] for r in t]; v = [r[1] for r in t];"
                        + " duckdb.sql(f\"copy (from '{f}') to '{g}' (format parquet)\")",
            })
    void parquet_throughATool_comesBack(String module, String code) throws Exception {
        assumeFound(module);
        RowSchema schema = RowSchema.of(Column.of("v", ElementType.FLOAT32, 4));
        RowBatch rows = RowBatch.allocate(schema, ROWS);
        for (int i = 0; i < 4 * ROWS; i++) {
            rows.buffer(0).putFloat(i * Float.BYTES, Math.floorDiv(i, 4) + 0.25f * (i % 4));
        }
        Keys keys =
                Keys.of(IntStream.range(0, ROWS).mapToObj(i -> "row-" + i).toArray(String[]::new));
        Path file = out.resolve("v.parquet");
        try (FeatureCache from = open("from");
                FeatureCache to = open("to")) {
            from.put(keys, rows);
            from.flush();
            CacheExporter.builder().cache(from).format(FileFormat.PARQUET).target(file).run();
            String check =
                    "; assert sorted(i) == sorted(f'row-{n}' for n in range(2000)); assert"
                            + " all(list(v[k]) == [int(i[k][4:]) + n / 4 for n in range(4)] for k"
                            + " in range(2000))";
            run("import sys, " + module + "; f, g = sys.argv[1], sys.argv[2]; " + code + check);
            CacheImporter.builder()
                    .cache(to)
                    .format(FileFormat.PARQUET)
                    .source(out.resolve("back.parquet"))
                    .run();
            RowBatch back = RowBatch.allocate(to.schema().orElseThrow(), ROWS);
            assertThat(to.gather(keys, back).isComplete()).isTrue();
            assertThat(back.schema()).isEqualTo(schema);
            assertThat(back.buffer(0)).isEqualTo(rows.buffer(0));
        }
    }

    @Test
    void parquet_ofAnotherCodec_isRefusedByItsName() throws Exception {
        assumeFound("pyarrow");
        run(
                "import sys, pyarrow as pa, pyarrow.parquet as p; g = sys.argv[2];"
                        + " p.write_table(pa.table({'id': [1], 'v': [2.5]}), g,"
                        + " compression='brotli')");
        Path file = out.resolve("back.parquet");
        try (FeatureCache to = open("to")) {
            CacheImporter importer =
                    CacheImporter.builder().cache(to).format(FileFormat.PARQUET).source(file);
            assertThatThrownBy(importer::run)
                    .isInstanceOf(UnsupportedFormatException.class)
                    .hasMessageContaining("BROTLI");
        }
    }

    private static void assumeFound(String module) throws IOException, InterruptedException {
        boolean found;
        try {
            found = new ProcessBuilder(PYTHON, "-c", "import " + module).start().waitFor() == 0;
        } catch (IOException e) {
            found = false;
        }
        if (!found) {
            System.err.println(
                    "*** SKIPPED: '"
                            + PYTHON
                            + "' has no "
                            + module
                            + ": Parquet is not tested with it; see DJLCACHEX_PYTHON ***");
        }
        assumeTrue(found);
    }

    private void run(String script) throws IOException, InterruptedException {
        Path errors = directory.resolve("errors");
        ProcessBuilder builder =
                new ProcessBuilder(
                        PYTHON,
                        "-c",
                        script,
                        out.resolve("v.parquet").toString(),
                        out.resolve("back.parquet").toString());
        builder.redirectErrorStream(true).redirectOutput(errors.toFile());
        int exit = builder.start().waitFor();
        assertThat(exit).as("%s", Files.readString(errors)).isZero();
    }

    private FeatureCache open(String module) {
        return FeatureCache.builder().directory(directory).moduleId(module).open();
    }
}
