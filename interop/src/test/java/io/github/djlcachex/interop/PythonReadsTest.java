package io.github.djlcachex.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.IntStream;

/** What is exported is read by the tools themselves, in the Python that DJLCACHEX_PYTHON names. */
class PythonReadsTest {

    private static final int ROWS = 2000;

    @TempDir Path directory;
    @TempDir Path out;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pyarrow|ARROW|t = pyarrow.ipc.open_file(f).read_all();"
                        + " a = numpy.stack(t['v'].to_numpy()); i = t['id'].to_pylist()",
                "polars|ARROW|t = polars.read_ipc(f);"
                        + " a = t['v'].to_numpy(); i = t['id'].to_list()",
                "polars|CSV|t = polars.read_csv(f, schema_overrides={f'v_{k}': polars.Float32"
                        + " for k in range(4)}); i = t['id'].to_list();"
                        + " a = t.select(f'v_{k}' for k in range(4)).to_numpy()",
                "duckdb|CSV|t = duckdb.sql(f\"select id, v_0::float, v_1::float, v_2::float,"
                        + " v_3::float from read_csv('{f}')\").fetchall();"
                        + " i = [r[0] for r in t]; a = numpy.array([r[1:] for r in t], 'float32')",
                "datasets|HF|t = datasets.load_from_disk(f);"
                        + " a = t.with_format('numpy')['v'][:]; i = list(t['id'])",
                "numpy|NPZ|t = numpy.load(f); a = t['v']; i = t['id'].tolist()",
                "numpy|NPY|a = numpy.load(f); i = open(f[:-4] + '.ids.txt').read().split()",
            })
    void export_isReadByTool(String module, FileFormat format, String code) throws Exception {
        assumeFound(module);
        Path file = out.resolve("v" + format.suffixes().stream().findFirst().orElse(""));
        try (FeatureCache cache = filled("from")) {
            CacheExporter.builder().cache(cache).format(format).target(file).run();
        }
        String check =
                "; a = numpy.asarray(a); assert a.shape == (2000, 4) and a.dtype == 'float32',"
                        + " (a.shape, a.dtype); assert sorted(i) == sorted(f'row-{n}' for n in"
                        + " range(2000));"
                        + " assert all(a[k][3] == int(i[k][4:]) + 0.75 for k in range(2000))";
        run("import sys, numpy, " + module + "; f = sys.argv[1]; " + code + check, file);
    }

    @Test
    void export_halfPrecisionAndMatrices_areReadByPyarrow() throws Exception {
        assumeFound("pyarrow");
        Path file = out.resolve("m.arrow");
        RowSchema schema =
                RowSchema.of(
                        Column.of("m", ElementType.BFLOAT16, 2, 3),
                        Column.of("b", ElementType.BOOLEAN, 2));
        try (FeatureCache cache = open("m")) {
            RowBatch rows = RowBatch.allocate(schema, 3);
            for (int i = 0; i < 18; i++) {
                rows.buffer(0).putShort(2 * i, (short) 0x3f80);
            }
            rows.buffer(1).put(5, (byte) 1);
            cache.put(Keys.of(1, 2, 3), rows);
            cache.flush();
            CacheExporter.builder().cache(cache).format(FileFormat.ARROW).target(file).run();
        }
        run(
                "import sys, pyarrow.ipc; t = pyarrow.ipc.open_file(sys.argv[1]).read_all();"
                        + " t.validate(full=True);"
                        + " assert t['m'].to_pylist() == [[[1.0] * 3] * 2] * 3;"
                        + " assert t['b'].to_pylist() == [[False, False]] * 2 + [[False, True]];"
                        + " assert t['id'].to_pylist() == [1, 2, 3]",
                file);
    }

    @Test
    void fortranOrderAndBigEndian_areImportedAsNumPyHasThem() throws Exception {
        assumeFound("numpy");
        Path file = out.resolve("f.npy");
        run(
                "import sys, numpy as np; a = np.arange(60, dtype='>f8').reshape(5, 4, 3);"
                        + " np.save(sys.argv[1], np.asfortranarray(a));"
                        + " np.save(sys.argv[1][:-4] + '.ids.npy', np.array(['\u00e4', 'b', 'cc', 'd',"
                        + " 'e']))",
                file);
        try (FeatureCache cache = open("f")) {
            CacheImporter.builder().cache(cache).format(FileFormat.NPY).source(file).run();
            assertThat(cache.schema().orElseThrow()).hasToString("RowSchema[FLOAT64[4, 3]]");
            RowBatch rows = RowBatch.allocate(cache.schema().orElseThrow(), 2);
            assertThat(cache.gather(Keys.of("\u00e4", "cc"), rows).isComplete()).isTrue();
            for (int i = 0; i < 12; i++) {
                assertThat(rows.buffer(0).getDouble(i * 8)).isEqualTo(i);
                assertThat(rows.buffer(0).getDouble((12 + i) * 8)).isEqualTo(24 + i);
            }
        }
    }

    /** Texts with commas, quotes and lines, and floats of any bits, go out, to a tool, and back. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "polars|polars.read_csv(f, schema_overrides={'v_0': polars.Float32, 'v_1':"
                        + " polars.Float32}).write_csv(g)",
                "duckdb|duckdb.sql(f\"copy (select id, m, v_0::float as v_0, v_1::float as v_1"
                        + " from read_csv('{f}', header=true, quote='\\\"', escape='\\\"')) to '{g}'"
                        + " (header)\")",
            })
    void csv_throughATool_comesBack(String module, String code) throws Exception {
        assumeFound(module);
        RowSchema schema =
                RowSchema.of(
                        Column.of("v", ElementType.FLOAT32, 2),
                        Column.of("m", ElementType.FLOAT32, 2, 2));
        RowBatch rows = RowBatch.allocate(schema, ROWS);
        Random random = new Random(7);
        String[] ids = new String[ROWS];
        for (int row = 0; row < ROWS; row++) {
            ids[row] = "row \"" + row + "\", of\nlines \u00e9";
            for (int i = 0; i < 2; i++) {
                float any = Float.intBitsToFloat(random.nextInt());
                rows.buffer(0).putFloat((2 * row + i) * 4, Float.isNaN(any) ? 1 / 3f : any);
            }
            for (int i = 0; i < 4; i++) {
                rows.buffer(1).putFloat((4 * row + i) * 4, random.nextFloat());
            }
        }
        Path file = out.resolve("v.csv");
        try (FeatureCache from = open("from");
                FeatureCache to = open("to")) {
            from.put(Keys.of(ids), rows);
            from.flush();
            CacheExporter.builder().cache(from).format(FileFormat.CSV).target(file).run();
            run("import sys, " + module + "; f = sys.argv[1]; g = f + '.back.csv'; " + code, file);
            CacheImporter.builder()
                    .cache(to)
                    .format(FileFormat.CSV)
                    .source(out.resolve("v.csv.back.csv"))
                    .columns("v", "m")
                    .run();
            RowBatch back = RowBatch.allocate(to.schema().orElseThrow(), ROWS);
            assertThat(to.gather(Keys.of(ids), back).isComplete()).isTrue();
            assertThat(back.schema()).isEqualTo(schema);
            assertThat(back.buffer(0)).isEqualTo(rows.buffer(0));
            assertThat(back.buffer(1)).isEqualTo(rows.buffer(1));
        }
    }

    private static void assumeFound(String module) throws IOException, InterruptedException {
        Python.assumeFound("numpy", module);
    }

    private void run(String script, Path file) throws IOException, InterruptedException {
        Python.run(out, script, file.toString());
    }

    private FeatureCache open(String module) {
        return FeatureCache.builder().directory(directory).moduleId(module).open();
    }

    private FeatureCache filled(String module) {
        FeatureCache cache = open(module);
        RowBatch rows =
                RowBatch.allocate(RowSchema.of(Column.of("v", ElementType.FLOAT32, 4)), ROWS);
        for (int i = 0; i < 4 * ROWS; i++) {
            rows.buffer(0).putFloat(i * Float.BYTES, Math.floorDiv(i, 4) + 0.25f * (i % 4));
        }
        cache.put(
                Keys.of(IntStream.range(0, ROWS).mapToObj(i -> "row-" + i).toArray(String[]::new)),
                rows);
        cache.flush();
        return cache;
    }
}
