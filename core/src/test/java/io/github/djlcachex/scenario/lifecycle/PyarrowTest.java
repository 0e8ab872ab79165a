package io.github.djlcachex.scenario.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.StoredAs;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.RowShapes;
import io.github.djlcachex.testing.Pyarrow;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;

/** Segments read by pyarrow, where there is a Python with it. */
class PyarrowTest {

    /** Prints each id, and each column's dtype, shape, ownership of its memory, and row bytes. */
    private static final String SCRIPT =
            """
            import sys, pyarrow as pa
            reader = pa.ipc.open_file(pa.memory_map(sys.argv[1]))
            assert reader.num_record_batches == 1
            batch = reader.get_batch(0)
            batch.validate(full=True)
            sys.stdout.reconfigure(encoding="utf-8")
            print("ids", *batch.column("id").to_pylist())
            for name in batch.schema.names[1:-1]:
                column = batch.column(name)
                assert isinstance(column, pa.FixedShapeTensorArray), name
                array = column.to_numpy_ndarray()
                owner = "owned" if array.flags.owndata else "zero-copy"
                print(name, array.dtype, list(array.shape[1:]), owner, array.tobytes().hex())
            """;

    private static final String METADATA =
            """
            for field in list(reader.schema)[1:-1]:
                facts = {k.decode(): v.decode() for k, v in (field.metadata or {}).items()}
                print(field.name, *[facts.get("djlcachex." + k) for k in ("type", "served", "scale_of")])
            """;

    @TempDir Path directory;

    @BeforeAll
    static void needsPyarrow() throws InterruptedException {
        Pyarrow.assumeFound(PyarrowTest.class);
    }

    @Test
    void segment_everyElementType_isZeroCopyNumpy() throws IOException, InterruptedException {
        List<Column> columns = new ArrayList<>();
        for (ElementType type : ElementType.values()) {
            columns.add(Column.of(type.name(), type, 2, 3));
        }
        columns.add(Column.of("scalar", ElementType.FLOAT32));
        Keys keys = Keys.of(Long.MIN_VALUE, 0, 42);
        List<String> lines = read(RowSchema.of(columns), keys);
        assertThat(lines.get(0)).isEqualTo("ids -9223372036854775808 0 42");
        List<String> dtypes =
                List.of(
                        "float32", "float64", "float16", "uint16", "int8", "int32", "int64",
                        "uint8", "uint8", "float32");
        RowBatch expected = rows(RowSchema.of(columns)).batch(keys);
        for (int c = 0; c < columns.size(); c++) {
            assertThat(lines.get(1 + c))
                    .isEqualTo(
                            "%s %s %s zero-copy %s",
                            columns.get(c).name(),
                            dtypes.get(c),
                            Arrays.toString(columns.get(c).shape()),
                            hex(expected.buffer(c)));
        }
    }

    @Test
    void segment_stringKeys_areText() throws IOException, InterruptedException {
        RowSchema schema = RowSchema.of(Column.of(ElementType.INT32, 4));
        List<String> lines = read(schema, Keys.of("a", "né", "日本"));
        assertThat(lines.get(0)).isEqualTo("ids a né 日本");
        assertThat(lines.get(1)).startsWith("output_0 int32 [4] zero-copy");
    }

    /** Prints a text and the elements and shape of each row of a variable column. */
    private static final String VARIABLE_SCRIPT =
            """
            import sys, pyarrow as pa
            reader = pa.ipc.open_file(pa.memory_map(sys.argv[1]))
            batch = reader.get_batch(0)
            batch.validate(full=True)
            field = batch.schema.field("boxes")
            print(field.type.extension_name)
            print(field.type)
            storage = batch.column("boxes").storage
            print(storage.type)
            for text, row in zip(batch.column("text"), storage):
                print(text.as_py(), row["data"].as_py(), row["shape"].as_py())
            print(batch.column("blob").to_pylist())
            """;

    private static final String POLARS_AND_DUCKDB_SCRIPT =
            """
            import sys, pyarrow as pa
            try:
                import polars, duckdb
            except ImportError:
                print("absent")
                sys.exit(0)
            frame = polars.read_ipc(sys.argv[1])
            boxes = frame["boxes"].ext.storage().struct
            print(frame["text"].to_list(), boxes.field("data").to_list())
            rows = pa.ipc.open_file(sys.argv[1]).read_all()
            print(duckdb.sql("select text, boxes.data, boxes.shape from rows order by id").fetchall())
            """;

    @Test
    void segment_rowsOfDifferentShapes_areVariableShapeTensorsTextsAndBytes()
            throws IOException, InterruptedException {
        RowSchema schema =
                RowSchema.of(
                        Column.of("boxes", ElementType.INT32, Column.VARIABLE, 2),
                        Column.ofStrings("text"),
                        Column.ofBinary("blob"));
        RowShapes shapes =
                RowShapes.builder(schema)
                        .add(new int[] {2, 2}, new int[] {2}, new int[] {1})
                        .add(new int[] {0, 2}, new int[] {3}, new int[] {0})
                        .build();
        RowBatch batch = RowBatch.allocate(shapes);
        IntStream.range(0, 4).forEach(i -> batch.buffer(0).putInt(4 * i, i + 5));
        batch.buffer(1).put(0, "xyé!".getBytes(StandardCharsets.UTF_8));
        batch.buffer(2).put(0, (byte) 7);
        try (FeatureCache cache =
                FeatureCache.builder().directory(directory).moduleId("python").open()) {
            cache.put(Keys.of(1, 2), batch);
            cache.flush();
            Path file = cache.segments().get(0).file();
            assertThat(Pyarrow.run(VARIABLE_SCRIPT, file, directory))
                    .containsExactly(
                            "arrow.variable_shape_tensor",
                            "extension<arrow.variable_shape_tensor[value_type=int32, ndim=2,"
                                    + " uniform_shape=[null,2]]>",
                            "struct<data: list<item: int32>, shape: fixed_size_list<item:"
                                    + " int32>[2]>",
                            "xy [5, 6, 7, 8] [2, 2]",
                            "é! [] [0, 2]",
                            "[b'\\x07', b'']");
            assertThat(Pyarrow.run(POLARS_AND_DUCKDB_SCRIPT, file, directory))
                    .isIn(
                            List.of("absent"),
                            List.of(
                                    "['xy', 'é!'] [[5, 6, 7, 8], []]",
                                    "[('xy', [5, 6, 7, 8], (2, 2)), ('é!', [], (0, 2))]"));
        }
    }

    /** Tensors of what is stored, and a field of scales, which say what they stand for. */
    @Test
    void segment_ofAnotherPrecision_isWhatIsStored() throws IOException, InterruptedException {
        RowSchema schema =
                RowSchema.of(
                        Column.of("half", ElementType.FLOAT32, 2),
                        Column.of("small", ElementType.FLOAT32, 3));
        Keys keys = Keys.of(5);
        RowBatch batch = RowBatch.allocate(schema, 1);
        batch.buffer(0).putFloat(0, 1).putFloat(4, -2);
        batch.buffer(1).putFloat(0, 254).putFloat(4, -2).putFloat(8, 0);
        try (FeatureCache cache =
                FeatureCache.builder()
                        .directory(directory)
                        .moduleId("precision")
                        .storeAs("half", StoredAs.FLOAT16)
                        .storeAs("small", StoredAs.INT8)
                        .open()) {
            cache.put(keys, batch);
            cache.flush();
            List<String> lines =
                    Pyarrow.run(SCRIPT + METADATA, cache.segments().get(0).file(), directory);
            assertThat(lines)
                    .containsExactly(
                            "ids 5",
                            "half float16 [2] zero-copy 003c00c0",
                            "small int8 [3] zero-copy 7fff00",
                            "small.scale float32 [] zero-copy 00000040",
                            "half FLOAT16 FLOAT32 None",
                            "small INT8 FLOAT32 None",
                            "small.scale FLOAT32 None small");
        }
    }

    private static TestRows rows(RowSchema schema) {
        return new TestRows(schema, 11);
    }

    private List<String> read(RowSchema schema, Keys keys)
            throws IOException, InterruptedException {
        try (FeatureCache cache =
                FeatureCache.builder().directory(directory).moduleId("python").open()) {
            cache.put(keys, rows(schema).batch(keys));
            cache.flush();
            return Pyarrow.run(SCRIPT, cache.segments().get(0).file(), directory);
        }
    }

    private static String hex(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.capacity()];
        buffer.get(0, bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
