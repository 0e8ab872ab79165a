package io.github.djlcachex.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.FeatureCache;

import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

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
