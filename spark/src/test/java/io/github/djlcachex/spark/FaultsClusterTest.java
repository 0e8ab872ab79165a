package io.github.djlcachex.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.CacheDirectory;
import io.github.djlcachex.cache.CacheLimits;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.testing.Await;
import io.github.djlcachex.testing.Reliability;

import org.apache.spark.SparkEnv;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Faults of a fill by executors in JVMs of their own. */
class FaultsClusterTest {

    private static final int PARTITIONS = 8;
    private static final int BATCH = 32;
    private static final int ROWS = PARTITIONS * HaltingExtractor.BATCHES * BATCH;

    private static SparkSession spark;

    @TempDir Path directory;
    @TempDir Path calls;
    @TempDir Path marks;

    @BeforeAll
    static void start() {
        spark =
                Clusters.ofExecutors(
                        2,
                        Map.of(
                                "spark.scheduler.mode", "FAIR",
                                // a task that an executor has refused goes to the other one
                                "spark.excludeOnFailure.taskAndStage.enabled", "true",
                                "spark.scheduler.excludeOnFailure.unschedulableTaskSetTimeout",
                                        "1s"));
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    /** A test that halts some leaves the cluster to start others. */
    @BeforeEach
    void awaitExecutors() {
        Await.until(
                "both executors are there",
                () -> spark.sparkContext().statusTracker().getExecutorInfos().length == 3);
    }

    private SparkWarmup fill(ExtractorFactory extractor) {
        return SparkWarmup.of(spark.range(0, ROWS, 1, PARTITIONS).toDF("id"))
                .setIdColumn("id")
                .setDirectory(directory)
                .setModuleId("counting")
                .optBatchRows(BATCH)
                .setExtractor(extractor);
    }

    private CountingExtractor counting() {
        return new CountingExtractor(calls.toString());
    }

    private Set<Long> computedTwice() throws IOException {
        Set<Long> once = new HashSet<>();
        Set<Long> twice = new HashSet<>();
        CountingExtractor.computed(calls).stream().filter(id -> !once.add(id)).forEach(twice::add);
        return twice;
    }

    private static long files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        }
    }

    @Test
    @Tag("T32")
    void executors_thatHaltThreeTimes_costTheRowsThatWereNotFlushed() throws Exception {
        Reliability.prove(
                "T32 Spark: executors halted",
                3,
                line -> {
                    List<Integer> halting = List.of(1, 4, 7);
                    SparkWarmupReport report =
                            fill(new HaltingExtractor(
                                            calls.toString(),
                                            directory.toString(),
                                            marks.toString(),
                                            halting))
                                    .run();
                    line.runs(files(marks));
                    assertThat(report.rows()).isEqualTo(ROWS);
                    Filled.hasJust(directory, 0, ROWS);
                    Set<Long> unflushed = new HashSet<>();
                    for (int partition : halting) {
                        long first =
                                (partition * HaltingExtractor.BATCHES + HaltingExtractor.LOST_BATCH)
                                        * (long) BATCH;
                        for (long id = first; id < first + BATCH; id++) {
                            unflushed.add(id);
                        }
                    }
                    assertThat(computedTwice()).isNotEmpty().isSubsetOf(unflushed);
                    assertThat(CountingExtractor.computed(calls).size())
                            .isLessThanOrEqualTo(ROWS + unflushed.size());
                });
    }

    @Test
    void flush_thatFails_failsTheJobWithItsReason() throws IOException {
        FailingExtractor failing =
                new FailingExtractor(calls.toString(), directory.toString(), Integer.MAX_VALUE);
        assertThatThrownBy(() -> fill(failing).run())
                .hasMessageContaining("rows that are on disk")
                .hasMessageContaining("injected: WRITE");
        try (FeatureCache cache = Filled.open(directory)) {
            assertThat(cache.rowCount()).isZero();
        }
    }

    @Test
    void directory_thatIsFull_failsTheJobWithTheReason() {
        CacheDirectory.of(directory).setLimits(CacheLimits.builder().maxBytes(20_000).build());
        assertThatThrownBy(() -> fill(counting()).run())
                .hasMessageContaining("limit")
                .hasMessageNotContaining("all hosts share");
        CacheDirectory.of(directory).removeLimits();
        fill(counting()).run();
        Filled.hasJust(directory, 0, ROWS);
    }

    @Test
    void executors_ofOtherWeights_refuse() throws Exception {
        OtherWeights all =
                new OtherWeights(calls.toString(), List.of("0", "1", "2", "3", "4", "5"));
        assertThatThrownBy(() -> fill(all).run())
                .hasMessageContaining(OtherExtractorException.class.getName())
                .hasMessageNotContaining("at null")
                .hasMessageContaining("generation " + generationOf("counting"))
                .hasMessageContaining("generation " + generationOf("other weights"));
        assertThat(CountingExtractor.computed(calls)).isEmpty();
    }

    /** Its tasks go to the other one. */
    @Test
    void executor_ofOtherWeights_storesNoRow() throws Exception {
        OtherWeights one = new OtherWeights(calls.toString(), List.of(anyExecutor()));
        assertThat(fill(one).run().rows()).isEqualTo(ROWS);
        Filled.hasJust(directory, 0, ROWS);
        assertThat(CountingExtractor.computed(calls)).hasSize(ROWS);
        try (FeatureCache other = open("other weights")) {
            assertThat(other.rowCount()).isZero();
        }
    }

    /** Executors that were halted were given new ids. */
    private static String anyExecutor() {
        return spark.range(1).javaRDD().map(id -> SparkEnv.get().executorId()).first();
    }

    private FeatureCache open(String fingerprint) {
        return FeatureCache.builder()
                .directory(directory)
                .moduleId("counting")
                .fingerprint(fingerprint)
                .open();
    }

    private String generationOf(String fingerprint) {
        try (FeatureCache cache = open(fingerprint)) {
            return cache.directory().getFileName().toString();
        }
    }

    @Test
    void jobs_thatRunAtOnceOnOneDirectory_bothSucceed() throws Exception {
        CompletableFuture<SparkWarmupReport> other =
                CompletableFuture.supplyAsync(() -> fill(counting()).run());
        SparkWarmupReport mine = fill(counting()).run();

        assertThat(mine.rows()).isEqualTo(ROWS);
        assertThat(other.join().rows()).isEqualTo(ROWS);
        Filled.hasJust(directory, 0, ROWS);
        int computed = CountingExtractor.computed(calls).size();
        assertThat(computed).isBetween(ROWS, 2 * ROWS);
        assertThat(fill(counting()).run().computedRows()).isZero();
        assertThat(CountingExtractor.computed(calls)).hasSize(computed);
    }
}
