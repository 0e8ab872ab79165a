package io.github.djlcachex.spark;

import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FeatureCacheBuilder;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.RowShapes;

import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;

/** Vectors that were computed elsewhere, stored by Spark. */
class WriteTest {

    private static final SparkSession SPARK = SqlSession.get();

    @TempDir Path directory;

    private static Dataset<Row> vectors(int from, int to) {
        return SPARK.range(from, to, 1, 3)
                .selectExpr(
                        "id",
                        "array(cast(id as float), cast(id as float) + 0.5f) AS vector",
                        "concat('text ', id) AS text");
    }

    private DataFrameWriter<Row> writer(Dataset<Row> rows) {
        return rows.write().format("djlcachex").option("moduleId", "m").mode("append");
    }

    private void write(Dataset<Row> rows) {
        writer(rows).option("fingerprint", "v1").save(directory.toString());
    }

    private Dataset<Row> read(String module) {
        return SPARK.read()
                .format("djlcachex")
                .option("moduleId", module)
                .load(directory.toString());
    }

    @Test
    void vectors_thatAreWritten_areTheRowsOfTheCache() {
        write(vectors(0, 100));
        try (FeatureCache cache =
                FeatureCache.builder()
                        .directory(directory)
                        .moduleId("m")
                        .fingerprint("v1")
                        .open()) {
            assertThat(cache.rowCount()).isEqualTo(100);
        }
        assertThat(read("m").exceptAll(vectors(0, 100)).count()).isZero();
        writer(vectors(50, 150)).save(directory.toString()); // the one generation
        assertThat(read("m").count()).isEqualTo(150);
        assertThat(vectors(0, 150).exceptAll(read("m")).count()).isZero();
    }

    @Test
    void copy_ofATable_hasItsTypes() {
        write(vectors(0, 10).selectExpr("id", "vector", "cast(1 as tinyint) AS small"));
        read("m")
                .write()
                .format("djlcachex")
                .option("moduleId", "copy")
                .option("fingerprint", "v1")
                .mode("append")
                .save(directory.toString());
        assertThat(read("copy").schema()).isEqualTo(read("m").schema());
        assertThat(read("copy").exceptAll(read("m")).count()).isZero();
        assertThat(read("copy").count()).isEqualTo(10);
    }

    private void beginWithOtherTypes() {
        RowSchema schema =
                RowSchema.of(
                        Column.of("half", ElementType.FLOAT16, 2),
                        Column.of("unsigned", ElementType.UINT8, 1),
                        Column.of("tokens", ElementType.INT32, Column.VARIABLE),
                        Column.of("tokens_shape", ElementType.INT8, 1),
                        Column.of("boxes", ElementType.FLOAT32, Column.VARIABLE, 2));
        FeatureCacheBuilder builder =
                FeatureCache.builder().directory(directory).moduleId("m").fingerprint("v1");
        try (FeatureCache cache = builder.open()) {
            RowShapes shapes =
                    RowShapes.builder(schema).add(new int[] {1}, new int[] {1, 2}).build();
            cache.put(Keys.of(0), RowBatch.allocateOnHeap(shapes));
            cache.flush();
        }
    }

    private static Dataset<Row> otherTypes(long from, long to) {
        return SPARK.range(from, to, 1, 2)
                .selectExpr(
                        "id",
                        "array(cast(id / 2 as float), -1.5f) AS half",
                        "array(cast(252 + id as smallint)) AS unsigned",
                        "array_repeat(cast(id as int), cast(id - 1 as int)) AS tokens",
                        "array(cast(id as tinyint)) AS tokens_shape",
                        "array_repeat(cast(id as float), cast(2 * id as int)) AS boxes",
                        "array(cast(id as int), 2) AS boxes_shape");
    }

    private static void checkOtherTypes(List<Row> rows) {
        assertThat(rows).hasSize(3);
        for (Row row : rows) {
            long id = row.getLong(0);
            assertThat(row.<Float>getList(row.fieldIndex("half"))).containsExactly(id / 2f, -1.5f);
            assertThat(row.<Short>getList(row.fieldIndex("unsigned")))
                    .containsExactly((short) (252 + id));
            assertThat(row.<Integer>getList(row.fieldIndex("tokens")))
                    .isEqualTo(Collections.nCopies((int) id - 1, (int) id));
            assertThat(row.<Byte>getList(row.fieldIndex("tokens_shape")))
                    .containsExactly((byte) id);
            assertThat(row.<Float>getList(row.fieldIndex("boxes")))
                    .isEqualTo(Collections.nCopies(2 * (int) id, (float) id));
            assertThat(row.<Integer>getList(row.fieldIndex("boxes_shape")))
                    .containsExactly((int) id, 2);
        }
    }

    /** Spark has no type for the elements of these columns, or rows differ in length. */
    @Test
    void columns_ofOtherTypes_areWrittenAsTheCacheHasThem() {
        beginWithOtherTypes();
        write(otherTypes(1, 4));
        checkOtherTypes(read("m").where("id > 0").orderBy("id").collectAsList());
        read("m")
                .write()
                .format("djlcachex")
                .option("moduleId", "copy")
                .option("fingerprint", "v1")
                .mode("append")
                .save(directory.toString());
        assertThat(read("copy").schema()).isEqualTo(read("m").schema());
        assertThat(read("copy").count()).isEqualTo(4);
        checkOtherTypes(read("copy").where("id > 0").orderBy("id").collectAsList());
    }

    @Test
    void numbers_outOfRange_areRefused() {
        beginWithOtherTypes();
        Dataset<Row> rows = otherTypes(1, 4);
        assertThatThrownBy(
                        () ->
                                write(
                                        rows.withColumn(
                                                "half", expr("array(1e5f, cast(id as float))"))))
                .rootCause()
                .hasMessageContaining("column 'half'")
                .hasMessageContaining("FLOAT16");
        assertThatThrownBy(
                        () ->
                                write(
                                        rows.withColumn(
                                                "unsigned", expr("array(cast(256 as smallint))"))))
                .rootCause()
                .hasMessageContaining("column 'unsigned'")
                .hasMessageContaining("0 to 255");
        assertThatThrownBy(() -> write(rows.withColumn("boxes_shape", expr("array(7, 2)"))))
                .rootCause()
                .hasMessageContaining("column 'boxes_shape'");
        assertThat(read("m").count()).isEqualTo(1);
    }

    @Test
    void rows_thatDoNotFit_areRefused() {
        write(vectors(0, 10));
        assertThatThrownBy(() -> write(vectors(0, 10).drop("text")))
                .hasMessageContaining("column 'text'");
        assertThatThrownBy(() -> write(vectors(0, 10).selectExpr("*", "1 AS more")))
                .hasMessageContaining("column 'more'");
        assertThatThrownBy(
                        () ->
                                write(
                                        vectors(10, 20)
                                                .selectExpr(
                                                        "id",
                                                        "cast(vector as array<double>) AS vector",
                                                        "text")))
                .hasMessageContaining("cast it");
        assertThatThrownBy(
                        () ->
                                write(
                                        vectors(10, 20)
                                                .selectExpr(
                                                        "id",
                                                        "concat(vector, vector) AS vector",
                                                        "text")))
                .rootCause()
                .hasMessageContaining("arrays of 2 elements");
        assertThatThrownBy(
                        () ->
                                write(
                                        vectors(10, 20)
                                                .selectExpr(
                                                        "id",
                                                        "if(id = 15, null, vector) AS vector",
                                                        "text")))
                .rootCause()
                .hasMessageContaining("null");
        assertThat(read("m").where("id = 15").count()).isZero();
    }

    @Test
    void writes_thatAreNoAppends_areRefused() {
        assertThatThrownBy(() -> writer(vectors(0, 10)).save(directory.toString()))
                .hasMessageContaining("fingerprint");
        write(vectors(0, 10));
        for (String mode : new String[] {"overwrite", "ignore", "errorifexists"}) {
            assertThatThrownBy(() -> writer(vectors(0, 10)).mode(mode).save(directory.toString()))
                    .as(mode)
                    .isInstanceOf(Exception.class);
        }
        assertThat(read("m").count()).isEqualTo(10);
    }
}
