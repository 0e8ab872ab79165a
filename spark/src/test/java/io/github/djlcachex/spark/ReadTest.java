package io.github.djlcachex.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FeatureCacheBuilder;
import io.github.djlcachex.cache.MaintenanceMode;
import io.github.djlcachex.cache.StoredAs;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.HalfPrecision;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.RowShapes;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** A cache as a table of Spark: each row as the cache gives it. */
class ReadTest {

    private static final SparkSession SPARK = SqlSession.get();

    @TempDir Path directory;

    @TempDir Path scratch;

    private FeatureCacheBuilder at() {
        return at(directory);
    }

    private static FeatureCacheBuilder at(Path directory) {
        return FeatureCache.builder()
                .directory(directory)
                .moduleId("m")
                .maintenance(MaintenanceMode.MANUAL);
    }

    private Dataset<Row> read(Map<String, String> options) {
        return SPARK.read()
                .format("djlcachex")
                .option("moduleId", "m")
                .options(options)
                .load(directory.toString());
    }

    private Dataset<Row> read() {
        return read(Map.of());
    }

    private static float[] vector(long id) {
        return new float[] {id, id + 0.5f, -id, 1};
    }

    private void fill(FeatureCache cache, long from, long to) {
        for (long id = from; id < to; id++) {
            cache.put(id, vector(id));
        }
        assertThat(cache.flush().isComplete()).isTrue();
    }

    private static Object[] ids(Dataset<Row> rows) {
        return rows.select("id").orderBy("id").collectAsList().stream()
                .map(row -> row.get(0))
                .toArray();
    }

    private static Object[] range(long from, long to) {
        return LongStream.range(from, to).boxed().toArray();
    }

    @Test
    void vectors_areArraysOfTheirElements() {
        try (FeatureCache cache = at().segmentRows(30).open()) {
            fill(cache, 0, 100);
        }
        Dataset<Row> rows = read();
        assertThat(rows.schema().apply("id").dataType()).isEqualTo(DataTypes.LongType);
        assertThat(rows.schema().apply("output_0").dataType())
                .isEqualTo(DataTypes.createArrayType(DataTypes.FloatType, false));
        assertThat(rows.schema().apply("output_0").metadata().getLong("arrow.fixed-size-list.size"))
                .isEqualTo(4);
        List<Row> found = rows.orderBy("id").collectAsList();
        assertThat(found).hasSize(100);
        for (Row row : found) {
            float[] expected = vector(row.getLong(0));
            assertThat(row.<Float>getList(1))
                    .containsExactly(expected[0], expected[1], expected[2], expected[3]);
        }
    }

    private static final RowSchema ALL =
            RowSchema.of(
                    Column.of("f32", ElementType.FLOAT32, 2, 2),
                    Column.of("f64", ElementType.FLOAT64, 2),
                    Column.of("f16", ElementType.FLOAT16, 2),
                    Column.of("bf16", ElementType.BFLOAT16, 2),
                    Column.of("i8", ElementType.INT8, 2),
                    Column.of("u8", ElementType.UINT8, 2),
                    Column.of("i32", ElementType.INT32, 2),
                    Column.of("i64", ElementType.INT64, 2),
                    Column.of("flag", ElementType.BOOLEAN, 2),
                    Column.of("number", ElementType.FLOAT32),
                    Column.of("tokens", ElementType.INT32, Column.VARIABLE),
                    Column.of("boxes", ElementType.FLOAT32, Column.VARIABLE, 2),
                    Column.ofStrings("text"),
                    Column.ofBinary("blob"));

    /** Two rows of all types. */
    private static RowBatch all() {
        byte[] text = "ähm".getBytes(StandardCharsets.UTF_8);
        RowShapes shapes =
                RowShapes.builder(ALL)
                        .add(
                                new int[] {3},
                                new int[] {2, 2},
                                new int[] {text.length},
                                new int[] {0})
                        .add(new int[] {0}, new int[] {0, 2}, new int[] {0}, new int[] {2})
                        .build();
        RowBatch batch = RowBatch.allocateOnHeap(shapes);
        for (int i = 0; i < 8; i++) {
            batch.buffer(0).putFloat(i * 4, i);
        }
        for (int i = 0; i < 4; i++) {
            batch.buffer(1).putDouble(i * 8, i + 0.25);
            batch.buffer(2).putShort(i * 2, HalfPrecision.toFloat16(i + 0.5f));
            batch.buffer(3).putShort(i * 2, HalfPrecision.toBfloat16(i + 0.5f));
            batch.buffer(4).put(i, (byte) -i);
            batch.buffer(5).put(i, (byte) (252 + i));
            batch.buffer(6).putInt(i * 4, i * 1000);
            batch.buffer(7).putLong(i * 8, (long) i << 40);
            batch.buffer(8).put(i, (byte) (i & 1));
            batch.buffer(11).putFloat(i * 4, i + 0.75f);
        }
        batch.buffer(9).putFloat(0, 1.5f).putFloat(4, 2.5f);
        batch.buffer(10).putInt(0, 7).putInt(4, 8).putInt(8, 9);
        batch.buffer(12).put(0, text);
        batch.buffer(13).put(0, new byte[] {1, 2});
        return batch;
    }

    @Test
    void columns_ofAllTypes_areReadRight() {
        try (FeatureCache cache = at().open()) {
            cache.put(Keys.of("a", "b"), all());
            cache.flush();
        }
        List<Row> rows = read().orderBy("id").collectAsList();
        Row a = rows.get(0);
        assertThat(a.<String>getAs("id")).isEqualTo("a");
        assertThat(a.<Float>getList(a.fieldIndex("f32"))).containsExactly(0f, 1f, 2f, 3f);
        assertThat(a.<Double>getList(a.fieldIndex("f64"))).containsExactly(0.25, 1.25);
        assertThat(a.<Float>getList(a.fieldIndex("f16"))).containsExactly(0.5f, 1.5f);
        assertThat(a.<Float>getList(a.fieldIndex("bf16"))).containsExactly(0.5f, 1.5f);
        assertThat(a.<Byte>getList(a.fieldIndex("i8"))).containsExactly((byte) 0, (byte) -1);
        Row b = rows.get(1);
        assertThat(b.<Short>getList(b.fieldIndex("u8"))).containsExactly((short) 254, (short) 255);
        assertThat(b.<Integer>getList(b.fieldIndex("i32"))).containsExactly(2000, 3000);
        assertThat(b.<Long>getList(b.fieldIndex("i64"))).containsExactly(2L << 40, 3L << 40);
        assertThat(b.<Boolean>getList(b.fieldIndex("flag"))).containsExactly(false, true);
        assertThat(b.<Float>getAs("number")).isEqualTo(2.5f);
        assertThat(a.<Integer>getList(a.fieldIndex("tokens"))).containsExactly(7, 8, 9);
        assertThat(b.<Integer>getList(b.fieldIndex("tokens"))).isEmpty();
        assertThat(a.<Float>getList(a.fieldIndex("boxes")))
                .containsExactly(0.75f, 1.75f, 2.75f, 3.75f);
        assertThat(a.<Integer>getList(a.fieldIndex("boxes_shape"))).containsExactly(2, 2);
        assertThat(b.<Integer>getList(b.fieldIndex("boxes_shape"))).containsExactly(0, 2);
        assertThat(a.<String>getAs("text")).isEqualTo("ähm");
        assertThat(b.<byte[]>getAs("blob")).containsExactly(1, 2);
    }

    @Test
    void columns_thatAreRaw_areTheirBytesWhereSparkHasNoType() {
        try (FeatureCache cache = at().storeAs("f32", StoredAs.FLOAT16).open()) {
            cache.put(Keys.of("a", "b"), all());
            cache.flush();
        }
        Row served = read().orderBy("id").first();
        assertThat(served.<Float>getList(served.fieldIndex("f32"))).containsExactly(0f, 1f, 2f, 3f);
        Row raw = read(Map.of("raw", "true")).orderBy("id").first();
        ByteBuffer halves = ByteBuffer.wrap(raw.<byte[]>getAs("f32"));
        assertThat(halves.capacity()).isEqualTo(8);
        assertThat(HalfPrecision.fromFloat16(Short.reverseBytes(halves.getShort(6)))).isEqualTo(3);
        assertThat(raw.<byte[]>getAs("u8")).containsExactly(-4, -3);
    }

    private static long partitions(Dataset<Row> rows) {
        return rows.select(functions.spark_partition_id()).distinct().count();
    }

    @Test
    void queries_pruneFilterAndCount() {
        try (FeatureCache cache = at().segmentRows(30).open()) {
            fill(cache, 0, 100);
        }
        Dataset<Row> rows = read(Map.of("partitionBytes", "1"));
        assertThat(partitions(rows)).isEqualTo(4);
        assertThat(partitions(read())).isEqualTo(1);
        assertThat(ids(rows.where("id IN (5, 99, 1000, 5)"))).containsExactly(5L, 99L);
        assertThat(ids(rows.where("id = 7"))).containsExactly(7L);
        assertThat(ids(rows.where("id = 7 AND id IN (7, 8)"))).containsExactly(7L);
        assertThat(ids(rows.where("id = 7 AND id = 8"))).isEmpty();
        assertThat(ids(rows.where("id > 97"))).containsExactly(98L, 99L);
        assertThat(rows.where("id IN (1, 2)").queryExecution().optimizedPlan().toString())
                .doesNotContain("Filter");
        assertThat(rows.count()).isEqualTo(100);
        assertThat(rows.where("id IN (1, 2, 500)").count()).isEqualTo(2);
        assertThat(rows.where("output_0[0] < 10").count()).isEqualTo(10);
        assertThat(rows.groupBy().count().queryExecution().executedPlan().toString())
                .contains("from the index");
        assertThat(rows.select("id").schema().fieldNames()).containsExactly("id");
        assertThat(rows.agg(functions.sum("id")).first().getLong(0)).isEqualTo(4950);
    }

    @Test
    void rows_thatTwoWritersStoredOrThatWereRemoved_areThereOnceOrNot() throws IOException {
        try (FeatureCache other = at(scratch).open()) {
            fill(other, 40, 100);
        }
        Path first;
        try (FeatureCache cache = at().open()) {
            fill(cache, 0, 60);
            first = cache.segments().get(0).file();
            try (FeatureCache other = at(scratch).open()) {
                Path file = other.segments().get(0).file();
                Files.copy(file, first.resolveSibling(file.getFileName()));
            }
            assertThat(read().count()).isEqualTo(100);
            assertThat(ids(read())).containsExactly(range(0, 100));
            cache.remove(Keys.of(LongStream.range(0, 50).toArray()));
        }
        assertThat(ids(read())).containsExactly(range(50, 100));
        assertThat(read().count()).isEqualTo(50);
    }

    @Test
    void rowsAndFiles_thatAreDamaged_areSkippedOrRefused() throws IOException {
        List<Path> files;
        try (FeatureCache cache = at().segmentRows(50).open()) {
            fill(cache, 0, 100);
            files = cache.segments().stream().map(segment -> segment.file()).toList();
        }
        spoil(files.get(0), 42.5f);
        assertThat(read().collectAsList()).hasSize(99);
        Dataset<Row> strict = read(Map.of("onDamage", "fail"));
        assertThatThrownBy(strict::collectAsList)
                .rootCause()
                .hasMessageContaining(String.valueOf(files.get(0).getFileName()))
                .hasMessageContaining("repair");
        try (RandomAccessFile file = new RandomAccessFile(files.get(1).toFile(), "rw")) {
            file.setLength(file.length() / 2);
        }
        Dataset<Row> rest = read();
        assertThat(rest.collectAsList()).hasSize(49);
        assertThat(metric(rest, "damagedRows")).isEqualTo(1);
        assertThat(metric(rest, "damagedFiles")).isEqualTo(1);
        assertThatThrownBy(() -> read(Map.of("onDamage", "fail")).collectAsList())
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("onDamage=skip");
    }

    private static void spoil(Path file, float value) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int wanted = Integer.reverseBytes(Float.floatToRawIntBits(value));
        for (int at = 0; at + 4 <= bytes.length; at++) {
            if (ByteBuffer.wrap(bytes, at, 4).getInt() == wanted) {
                bytes[at] ^= 1;
                Files.write(file, bytes);
                return;
            }
        }
        throw new AssertionError("no " + value);
    }

    private static long metric(Dataset<Row> rows, String name) {
        return rows.queryExecution()
                .executedPlan()
                .collectLeaves()
                .head()
                .metrics()
                .apply(name)
                .value();
    }

    @Test
    void module_thatHasNoRowsLeft_hasItsColumns() {
        try (FeatureCache cache = at().open()) {
            fill(cache, 0, 10);
            cache.remove(Keys.of(LongStream.range(0, 10).toArray()));
        }
        assertThat(read().schema().fieldNames()).containsExactly("id", "output_0");
        assertThat(read().collectAsList()).isEmpty();
        assertThat(read().count()).isZero();
    }

    @Test
    void plan_ofAQuery_isFrozenWhileAWriterAppends() {
        try (FeatureCache cache = at().open()) {
            fill(cache, 0, 10);
            Dataset<Row> rows = read();
            assertThat(rows.queryExecution().executedPlan()).isNotNull();
            fill(cache, 10, 20);
            assertThat(rows.collectAsList()).hasSize(10);
            assertThat(read().collectAsList()).hasSize(20);
        }
    }

    @Test
    void generations_thatAreSeveral_areToBeChosen() {
        try (FeatureCache first = at().fingerprint("v1").open();
                FeatureCache second = at().fingerprint("v2").open()) {
            fill(first, 0, 10);
            fill(second, 0, 20);
            assertThatThrownBy(this::read)
                    .isInstanceOf(InvalidOptionException.class)
                    .hasMessageContaining("v1")
                    .hasMessageContaining("v2");
            assertThat(read(Map.of("fingerprint", "v1")).count()).isEqualTo(10);
            String name = second.directory().getFileName().toString();
            assertThat(read(Map.of("generation", name.substring(0, 8))).count()).isEqualTo(20);
        }
    }

    @Test
    void options_thatAreWrong_areRefused() {
        assertThatThrownBy(() -> read().collectAsList())
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("no rows of module 'm'");
        assertThatThrownBy(() -> read(Map.of("onDamage", "maybe")))
                .isInstanceOf(InvalidOptionException.class);
        assertThatThrownBy(() -> read(Map.of("raw", "yes")))
                .isInstanceOf(InvalidOptionException.class);
        assertThatThrownBy(() -> SPARK.read().format("djlcachex").load("/tmp"))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("moduleId");
        assertThatThrownBy(
                        () ->
                                SPARK.read()
                                        .format("djlcachex")
                                        .option("moduleId", "m")
                                        .load("s3://bucket/cache"))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("mount");
    }

    /** A type that is not the stored one would turn vectors into other vectors. */
    @Test
    void schema_ofTheUser_isRefused() {
        try (FeatureCache cache = at().open()) {
            fill(cache, 0, 10);
        }
        assertThatThrownBy(
                        () ->
                                SPARK.read()
                                        .format("djlcachex")
                                        .option("moduleId", "m")
                                        .schema(new StructType().add("id", DataTypes.StringType))
                                        .load(directory.toString()))
                .hasMessageContaining("schema");
    }
}
