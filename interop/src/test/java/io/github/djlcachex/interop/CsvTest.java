package io.github.djlcachex.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.InvalidKeyException;
import io.github.djlcachex.row.InvalidRowsException;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.RowShapes;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Rows as comma-separated values, out and in. */
class CsvTest {

    @TempDir Path directory;
    @TempDir Path out;

    @Test
    void export_hasAColumnForEachDimensionAndListsForTheRest() throws IOException {
        RowSchema schema =
                RowSchema.of(
                        Column.of("v", ElementType.FLOAT32, 2),
                        Column.of("m", ElementType.INT32, 2, 2),
                        Column.of("flag", ElementType.BOOLEAN),
                        Column.ofStrings("s"));
        RowShapes shapes = RowShapes.builder(schema).add(new int[] {4}).build();
        RowBatch rows = RowBatch.allocate(shapes);
        rows.buffer(0).putFloat(0, 0.1f).putFloat(4, Float.NEGATIVE_INFINITY);
        rows.buffer(1).putInt(0, -1).putInt(12, 7);
        rows.buffer(2).put(0, (byte) 1);
        rows.buffer(3).put(0, new byte[] {'a', '"', ',', '\n'});
        Path file = out.resolve("rows.csv");
        try (FeatureCache from = open("from");
                FeatureCache to = open("to")) {
            from.put(Keys.of("say \"hi\", you\r\n\u00e9"), rows);
            from.flush();
            exporter(from, file).run();
            assertThat(file)
                    .hasContent(
                            "id,v_0,v_1,m,flag,s\n"
                                    + "\"say \"\"hi\"\", you\r\n\u00e9\",0.1,-inf,"
                                    + "\"[[-1,0],[0,7]]\",true,\"a\"\",\n\"\n");
            importer(to, file).run();
            assertThat(to.schema().orElseThrow().columns())
                    .hasToString("[v:FLOAT32[2], m:INT64[2, 2], flag:BOOLEAN[], s:STRING]");
            assertThat(to.contains("say \"hi\", you\r\n\u00e9")).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT16", "BFLOAT16", "FLOAT32", "FLOAT64", "INT8", "UINT8", "INT64"})
    void exportThenImport_anyBits_comeBack(ElementType type) {
        int rows = 20_000;
        RowBatch batch = RowBatch.allocate(RowSchema.of(Column.of("v", type, 3)), rows);
        byte[] bits = new byte[batch.buffer(0).capacity()];
        new Random(1).nextBytes(bits);
        batch.buffer(0).put(0, bits);
        String[] ids = IntStream.range(0, rows).mapToObj(i -> "r," + i).toArray(String[]::new);
        Path file = out.resolve("rows.csv");
        try (FeatureCache from = open("from");
                FeatureCache to = open("to")) {
            from.put(Keys.of(ids), batch);
            from.flush();
            exporter(from, file).run();
            importer(to, file).elementType(type).run();
            RowBatch back = RowBatch.allocate(to.schema().orElseThrow(), rows);
            assertThat(to.gather(Keys.of(ids), back).isComplete()).isTrue();
            assertThat(back.schema()).isEqualTo(batch.schema());
            for (int i = 0; i < 3 * rows; i++) {
                assertThat(text(back, type, i)).isEqualTo(text(batch, type, i));
            }
        }
    }

    /** All NaNs are one NaN in text. */
    private static String text(RowBatch rows, ElementType type, int i) {
        return switch (type) {
            case FLOAT16, BFLOAT16 -> {
                int bits = rows.buffer(0).getShort(2 * i) & 0x7fff;
                int infinity = type == ElementType.FLOAT16 ? 0x7c00 : 0x7f80;
                yield bits > infinity ? "NaN" : "" + rows.buffer(0).getShort(2 * i);
            }
            case FLOAT32 -> "" + Float.floatToIntBits(rows.buffer(0).getFloat(4 * i));
            case FLOAT64 -> "" + Double.doubleToLongBits(rows.buffer(0).getDouble(8 * i));
            case INT64 -> "" + rows.buffer(0).getLong(8 * i);
            default -> "" + rows.buffer(0).get(i);
        };
    }

    @Test
    void exportThenImport_rowsOfVariableShape_comeBack() {
        RowSchema schema = RowSchema.of(Column.of("t", ElementType.FLOAT32, Column.VARIABLE, 2));
        RowShapes.Builder shapes = RowShapes.builder(schema);
        long[] ids = new long[300];
        for (int row = 0; row < ids.length; row++) {
            ids[row] = row;
            shapes.add(new int[] {row % 4, 2});
        }
        RowBatch batch = RowBatch.allocate(shapes.build());
        for (int i = 0; i < batch.buffer(0).capacity() / Float.BYTES; i++) {
            batch.buffer(0).putFloat(i * Float.BYTES, i / 7f);
        }
        Path file = out.resolve("rows.csv");
        try (FeatureCache from = open("from");
                FeatureCache to = open("to")) {
            from.put(Keys.of(ids), batch);
            from.flush();
            exporter(from, file).run();
            importer(to, file).variableRows(true).run();
            RowBatch back = RowBatch.allocate(to.shapes(Keys.of(ids)).orElseThrow());
            assertThat(to.gather(Keys.of(ids), back).isComplete()).isTrue();
            assertThat(back.buffer(0)).isEqualTo(batch.buffer(0));
        }
    }

    @Test
    void import_intoAModuleThatHasRows_takesItsTypes() throws IOException {
        try (FeatureCache cache = open("from")) {
            RowSchema schema =
                    RowSchema.of(Column.of("v", ElementType.FLOAT64, 2), Column.ofStrings("code"));
            RowBatch rows = RowBatch.allocate(RowShapes.builder(schema).add(new int[] {3}).build());
            rows.buffer(1).put(0, new byte[] {'0', '0', '7'});
            cache.put(Keys.of("1"), rows);
            cache.flush();
            ImportReport report =
                    importer(cache, csv("id,v_0,v_1,code\n1,0,0,007\n2,0.1,2,008\n")).run();
            assertThat(report.existingRows()).isEqualTo(1);
            RowBatch back = RowBatch.allocate(cache.shapes(Keys.of("2")).orElseThrow());
            assertThat(cache.gather(Keys.of("2"), back).isComplete()).isTrue();
            assertThat(back.buffer(0).getDouble(0)).isEqualTo(0.1);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "id,v_0,v_1~a,1.5,2~|UTF8|v:FLOAT32[2]",
                "id,v_1,v_0~1,1.5,2~|INT64|v:FLOAT32[2]",
                "id,v~007,\"[1, 2,3]\"|UTF8|v:INT64[3]",
                "id,v~1,NaN~2,-Infinity~|INT64|v:FLOAT32[]",
                "id,v,v_0~1,2,3|INT64|v:INT64[], v_0:INT64[]",
                "id,v_1,v_2~1,2,3|INT64|v_1:INT64[], v_2:INT64[]",
                "id,v~1,True~~2,False~~|INT64|v:BOOLEAN[]",
            })
    void import_aFile_takesItsTypesFromTheTexts(String text, String keys, String columns)
            throws IOException {
        try (FeatureCache cache = open("to")) {
            importer(cache, csv("\uFEFF" + text.replace('~', '\n'))).run();
            assertThat(cache.schema().orElseThrow().columns()).hasToString("[" + columns + "]");
            assertThat(cache.keyType().orElseThrow())
                    .isEqualTo(keys.equals("INT64") ? KeyType.INT64 : KeyType.UTF8);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "id,v_0,v_1~1,1.5,2~2,3~|line 3|3 values",
                "id,v_0,v_1~1,1.5,2~2,3,4,5|line 3|4",
                "id,v_0,v_1~1,1.5,2~2,abc,4|line 3|'abc'",
                "id,v_0,v_1~1,1.5,2~2,,4|line 3|none",
                "id,v_0~1,1.5~2,0x1p3|line 3|'0x1p3'",
                "id,v_0~1,1.5~2,1.0f|line 3|'1.0f'",
                "id,v_0~1,1.5~2,1e300|line 3|FLOAT32",
                "id,s,v~\"a~b\",\"c~d\",1~e,f,g|line 5|'g'",
                "id,v~a,\"[1.0,2.0]\"~b,\"[1.0,2.0\"|line 3|list",
                "id,v~a,\"[1.0,2.0]\"~b,1.0|line 3|list",
                "id,v~a,\"[[1.0],[2.0,3.0]]\"|column 'v'|one length",
                "id,v,v~a,1,2|line 1|each once",
            })
    void import_aRowThatIsNone_isRefusedWithItsLine(String text, String line, String found)
            throws IOException {
        assertRefused(text, InvalidRowsException.class, line, found);
    }

    @Test
    void import_missingIds_areRefusedWithTheirLine() throws IOException {
        assertRefused("id,v~a,1~,2", InvalidKeyException.class, "line 3", "none");
        assertRefused("id,v~1,1~,2", InvalidKeyException.class, "line 3", "an id");
        assertRefused("doc,v~1,1", CacheException.class, "idColumn", "[doc, v]");
    }

    @Test
    void import_whatIsNoCsv_isCorrupt() throws IOException {
        assertRefused("", CorruptFileException.class, "rows.csv", "names");
        assertRefused("id,v~a,1~\"b,2~", CorruptFileException.class, "line 3", "quote");
        assertRefused("id,v~a,1~\"b\"c,2~", CorruptFileException.class, "line 3", "quoted");
        Files.write(out.resolve("rows.csv"), new byte[] {'i', 'd', ',', 'v', '\n', (byte) 0xff});
        try (FeatureCache cache = open("to")) {
            assertThatThrownBy(() -> importer(cache, out.resolve("rows.csv")).run())
                    .isInstanceOf(CorruptFileException.class)
                    .hasMessageContaining("UTF-8");
        }
    }

    private void assertRefused(
            String text, Class<? extends Exception> type, String line, String found)
            throws IOException {
        Path file = csv(text.replace('~', '\n'));
        try (FeatureCache cache = open("to")) {
            assertThatThrownBy(() -> importer(cache, file).run())
                    .isInstanceOf(type)
                    .hasMessageContaining(line)
                    .hasMessageContaining(found);
            assertThat(cache.rowCount()).isZero();
        }
    }

    @Test
    void import_idsOfAFileOfLines_areThoseOfTheRows() throws IOException {
        Path ids = Files.writeString(out.resolve("ids.txt"), "a\nb\n");
        try (FeatureCache cache = open("to")) {
            importer(cache, csv("v_0,v_1\n1.5,2\n3,4\n")).ids(ids).run();
            assertThat(cache.get("b").orElseThrow()).containsExactly(3, 4);
        }
        Files.writeString(ids, "a\n");
        try (FeatureCache cache = open("fewer")) {
            assertThatThrownBy(() -> importer(cache, out.resolve("rows.csv")).ids(ids).run())
                    .isInstanceOf(InvalidRowsException.class)
                    .hasMessageContaining("ids.txt");
        }
    }

    @Test
    void export_whatNoTextHas_isRefusedAndLeavesNothing() throws IOException {
        RowSchema bytes = RowSchema.of(Column.ofBinary("b"));
        RowSchema twice =
                RowSchema.of(
                        Column.of("v", ElementType.FLOAT32, 2),
                        Column.of("v_1", ElementType.FLOAT32));
        for (RowSchema schema : new RowSchema[] {bytes, twice}) {
            try (FeatureCache from = open("m" + schema.columns().size())) {
                RowShapes.Builder shapes = RowShapes.builder(schema);
                RowBatch rows =
                        schema.isVariable()
                                ? RowBatch.allocate(shapes.add(new int[] {1}).build())
                                : RowBatch.allocate(schema, 1);
                from.put(Keys.of("a"), rows);
                from.flush();
                assertThatThrownBy(() -> exporter(from, out.resolve("rows.csv")).run())
                        .isInstanceOf(InvalidRowsException.class)
                        .hasMessageContaining("parquet");
            }
        }
        try (Stream<Path> left = Files.list(out)) {
            assertThat(left).isEmpty();
        }
    }

    private Path csv(String text) throws IOException {
        return Files.writeString(out.resolve("rows.csv"), text);
    }

    private FeatureCache open(String module) {
        return FeatureCache.builder().directory(directory).moduleId(module).open();
    }

    private static CacheImporter importer(FeatureCache cache, Path file) {
        return CacheImporter.builder().cache(cache).format(FileFormat.CSV).source(file);
    }

    private static CacheExporter exporter(FeatureCache cache, Path file) {
        return CacheExporter.builder().cache(cache).format(FileFormat.CSV).target(file);
    }
}
