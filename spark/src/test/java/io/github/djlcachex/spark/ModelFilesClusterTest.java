package io.github.djlcachex.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;

import io.github.djlcachex.djl.CacheBlockDecorator;
import io.github.djlcachex.djl.CacheIds;
import io.github.djlcachex.row.CacheIoException;

import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.LongStream;

/** A block of DJL that executors load from files which Spark gives them. */
class ModelFilesClusterTest {

    private static final int ROWS = 200;
    private static final Path MODEL =
            Path.of("../examples/src/main/resources", DigitsFactory.MODEL);

    private static SparkSession spark;

    @TempDir Path directory;
    @TempDir Path notes;

    @BeforeAll
    static void start() {
        spark = Clusters.ofExecutors(2, Map.of("spark.executor.cores", "1"));
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    private SparkWarmup fill() {
        return SparkWarmup.of(spark.range(0, ROWS, 1, 8).toDF("id"))
                .setIdColumn("id")
                .setModuleId("digits");
    }

    @Test
    void block_thatExecutorsLoadFromGivenFiles_storesWhatATrainerFinds() throws Exception {
        Path settings = Files.createDirectory(directory.resolve("settings"));
        Files.writeString(
                Files.createDirectory(settings.resolve("inputs")).resolve("scale.txt"), "16");
        SparkWarmupReport report =
                fill().setDirectory(directory.resolve("cache"))
                        .optModelFiles(MODEL, settings)
                        .setExtractor(new DigitsFactory(notes.toString()))
                        .run();
        assertThat(report.computedRows()).isEqualTo(ROWS);
        assertThat(notes.resolve("driver")).exists();
        for (String executor : List.of("0", "1")) {
            assertThat(Files.readAllLines(notes.resolve(executor)))
                    .satisfies(lines -> assertThat(lines.get(0)).isNotEqualTo(MODEL.toString()))
                    .satisfies(lines -> assertThat(lines.get(0)).contains("spark-"))
                    .endsWith("16", "cpu()", "1", "1");
        }
        checkHits();
    }

    /** A trainer's decorator finds all rows, with the bits that its own block has. */
    private void checkHits() throws Exception {
        long[] ids = LongStream.range(0, ROWS).toArray();
        try (Model model = DigitsFactory.load(MODEL);
                NDManager manager = NDManager.newBaseManager("PyTorch");
                CacheBlockDecorator cached =
                        CacheBlockDecorator.builder()
                                .setModel(model)
                                .setDirectory(directory.resolve("cache"))
                                .setModuleId("digits")
                                .build()) {
            NDList rows = new NDList();
            for (long id : ids) {
                rows.add(DigitsFactory.pixels(id, manager));
            }
            NDArray batch = NDArrays.stack(rows);
            ParameterStore parameters = new ParameterStore(manager, false);
            NDArray found =
                    cached.forward(parameters, CacheIds.attach(new NDList(batch), ids), true, null)
                            .head();
            NDArray computed =
                    model.getBlock().forward(parameters, new NDList(batch), false).head();
            assertThat(cached.stats().hits()).isEqualTo(ROWS);
            assertThat(found.allClose(computed, 1e-5, 1e-5, false)).isTrue();
        }
    }

    /** Each process has its own directory of this name: that of where it runs. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void directory_thatIsNotShared_isToldByTheDriver() {
        Path own = Path.of("/proc/self/cwd/target/not-shared", UUID.randomUUID().toString());
        assertThatThrownBy(
                        () ->
                                fill().setDirectory(own)
                                        .setExtractor(
                                                new CountingExtractor(
                                                        directory.resolve("calls").toString()))
                                        .run())
                .isInstanceOf(CacheIoException.class)
                .hasMessageContaining("one that all hosts share");
    }
}
