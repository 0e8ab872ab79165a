package io.github.djlcachex.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.djl.TooManyBadRowsException;
import io.github.djlcachex.row.InvalidOptionException;

import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import scala.jdk.javaapi.CollectionConverters;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/** Fills by tasks of this JVM: what the rows and the options do. */
class SparkWarmupTest {

    private static final SparkSession SPARK = SqlSession.get();
    private static final int BAD_ID = 13;

    @TempDir Path directory;

    /** Ids 0 to 99, and what their features are. */
    private static Dataset<Row> rows() {
        return SPARK.range(0, 100, 1, 4).selectExpr("id", "cast(id as float) AS value");
    }

    private SparkWarmup fill(Dataset<Row> rows) {
        return SparkWarmup.of(rows)
                .setIdColumn("id")
                .setDirectory(directory)
                .setModuleId("m")
                .optBatchRows(8)
                .setExtractor(executor -> Extractor.ofVectors("v1", SparkWarmupTest::values));
    }

    private static float[][] values(List<Row> rows) {
        List<float[]> vectors = new ArrayList<>();
        for (Row row : rows) {
            float value = row.<Float>getAs("value");
            if (value == BAD_ID) {
                throw new IllegalStateException("no image of " + value);
            }
            vectors.add(new float[] {value, -value});
        }
        return vectors.toArray(new float[0][]);
    }

    private FeatureCache cache() {
        return FeatureCache.builder()
                .directory(directory)
                .moduleId("m")
                .fingerprint("v1")
                .readOnly(true)
                .open();
    }

    @Test
    void rows_thatAreBadAndAllowed_areListedWithReasonsAndTheOthersStored() {
        Dataset<Row> rows = rows().selectExpr("if(id = 50, null, id) AS id", "value");
        SparkWarmupReport report = fill(rows).optMaxBadRows(2).run();
        assertThat(report.rows()).isEqualTo(100);
        assertThat(report.computedRows()).isEqualTo(98);
        assertThat(report.badRows())
                .anySatisfy(
                        row -> {
                            assertThat(row.id()).hasValue((long) BAD_ID);
                            assertThat(row.partition()).isZero();
                            assertThat(row.reason()).contains("no image of 13.0");
                        })
                .anySatisfy(
                        row -> {
                            assertThat(row.id()).isEmpty();
                            assertThat(row.partition()).isEqualTo(2);
                            assertThat(row.reason()).isEqualTo("it has no id");
                        })
                .hasSize(2);
        try (FeatureCache cache = cache()) {
            assertThat(cache.rowCount()).isEqualTo(98);
            assertThat(cache.get(99)).hasValue(new float[] {99, -99});
        }
    }

    @Test
    void rows_thatAreBad_failTheFillUnlessTheyAreAllowed() {
        assertThatThrownBy(() -> fill(rows()).run())
                .isInstanceOf(TooManyBadRowsException.class)
                .hasMessageContaining("row '13' of partition 0")
                .hasMessageContaining("no image of 13.0");
        Dataset<Row> two = rows().selectExpr("if(id = 50, null, id) AS id", "value");
        assertThatThrownBy(() -> fill(two).optMaxBadRows(1).run())
                .as("one in each of two tasks")
                .isInstanceOf(TooManyBadRowsException.class)
                .hasMessageContaining("at most 1 rows");
    }

    @Test
    void ids_thatAreStringsOrSmallIntegers_areKeys() {
        Dataset<Row> good = rows().where("id <> 13");
        fill(good.selectExpr("cast(id as smallint) AS id", "value")).run();
        try (FeatureCache cache = cache()) {
            assertThat(cache.get(7)).hasValue(new float[] {7, -7});
        }
        Path texts = directory.resolve("texts");
        SparkWarmup.of(good.selectExpr("concat('image ', id) AS name", "value"))
                .setIdColumn("name")
                .setDirectory(texts)
                .setModuleId("m")
                .setExtractor(executor -> Extractor.ofVectors("v1", SparkWarmupTest::values))
                .run();
        try (FeatureCache cache =
                FeatureCache.builder().directory(texts).moduleId("m").fingerprint("v1").open()) {
            assertThat(cache.rowCount()).isEqualTo(99);
            assertThat(cache.get("image 7")).hasValue(new float[] {7, -7});
        }
    }

    @Test
    void idColumn_thatIsNone_isRefused() {
        assertThatThrownBy(() -> fill(rows().withColumnRenamed("id", "name")).run())
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("one of [name, value]");
        assertThatThrownBy(() -> fill(rows().selectExpr("cast(id as double) AS id", "value")).run())
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("double")
                .hasMessageContaining("cast it");
    }

    @Test
    void natives_thatAnotherSessionHasLoaded_areNamedAsTheCause() {
        SparkWarmup fill =
                SparkWarmup.of(rows())
                        .setIdColumn("id")
                        .setDirectory(directory)
                        .setModuleId("m")
                        .setExtractor(
                                executor -> {
                                    throw new UnsatisfiedLinkError(
                                            "libdjl_torch.so already loaded in another classloader");
                                });
        assertThatThrownBy(fill::run)
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("already loaded in another classloader")
                .hasMessageContaining("spark.executor.extraClassPath");
    }

    @Test
    void counters_areNamedInSparksUi() throws Exception {
        ConcurrentHashMap<String, Object> seen = new ConcurrentHashMap<>();
        SparkListener listener =
                new SparkListener() {
                    @Override
                    public void onStageCompleted(SparkListenerStageCompleted stage) {
                        CollectionConverters.asJava(stage.stageInfo().accumulables())
                                .values()
                                .forEach(
                                        each ->
                                                seen.put(
                                                        each.name().getOrElse(() -> ""),
                                                        each.value().get()));
                    }
                };
        SPARK.sparkContext().addSparkListener(listener);
        try {
            fill(rows().where("id < 10")).run();
            fill(rows().where("id < 12 OR id = 13")).optMaxBadRows(1).run();
            SPARK.sparkContext().listenerBus().waitUntilEmpty();
        } finally {
            SPARK.sparkContext().removeSparkListener(listener);
        }
        assertThat(seen)
                .containsEntry("djlcachex m: rows computed", 2L)
                .containsEntry("djlcachex m: rows from the cache", 10L)
                .containsKey("djlcachex m: bytes written");
    }

    @Test
    void modelFiles_thatAreMissingOrOfOneName_areRefused() throws Exception {
        Path file = Files.createFile(directory.resolve("a"));
        Path other = Files.createFile(Files.createDirectory(directory.resolve("d")).resolve("a"));
        assertThatThrownBy(() -> fill(rows()).optModelFiles(file, other).run())
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("a second a");
        assertThatThrownBy(() -> fill(rows()).optModelFiles(directory.resolve("b")).run())
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("none there");
    }

    @Test
    void modelFile_thatChangedSinceSparkGotIt_isRefused() throws Exception {
        Path file = Files.writeString(directory.resolve("changing"), "weights");
        fill(rows().where("id < 5")).optModelFiles(file).run();
        fill(rows().where("id < 6")).optModelFiles(file).run();
        Files.writeString(file, "other weights");
        assertThatThrownBy(() -> fill(rows()).optModelFiles(file).run())
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("another name");
    }
}
