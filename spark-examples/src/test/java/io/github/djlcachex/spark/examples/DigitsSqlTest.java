package io.github.djlcachex.spark.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.spark.SparkWarmupReport;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

/** The example on a sixth of the images. */
class DigitsSqlTest {

    private static final int IMAGES = 300;
    private static final SparkSession SPARK =
            SparkSession.builder()
                    .master("local[2]")
                    .config("spark.ui.enabled", "false")
                    .config("spark.sql.shuffle.partitions", "2")
                    .getOrCreate();

    @TempDir Path directory;

    @AfterAll
    static void stop() {
        SPARK.stop();
    }

    @Test
    void features_thatSparkStored_findTheDigitsThatAreAlike() throws Exception {
        DigitsSql digits = new DigitsSql(SPARK, directory);
        Dataset<Row> images = digits.images().where("id < " + IMAGES);
        SparkWarmupReport first = digits.fill(images);
        assertThat(first.computedRows()).isEqualTo(IMAGES);
        assertThat(digits.fill(images).computedRows()).isZero();
        FeatureQueries queries = digits.queries(images);
        List<Row> alike = queries.mostAlike(3, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9).collectAsList();
        assertThat(alike).hasSize(30);
        assertThat(alike.stream().filter(DigitsSqlTest::hasOneLabel).count())
                .as("neighbours of one label; 24 were measured, and chance gives 3")
                .isGreaterThanOrEqualTo(20);
        assertThat(queries.likenessOfLabels().collectAsList())
                .hasSize(10)
                .allSatisfy(
                        row -> {
                            double own = row.getAs("to_own");
                            double others = row.getAs("to_others");
                            assertThat(own).as(row.toString()).isGreaterThan(others);
                        });
    }

    private static boolean hasOneLabel(Row row) {
        return row.getAs("label").equals(row.getAs("other_label"));
    }
}
