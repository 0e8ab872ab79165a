package io.github.djlcachex.scenario.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.testing.Pyarrow;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

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
