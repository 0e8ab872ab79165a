package io.github.djlcachex.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.CacheDirectory;
import io.github.djlcachex.cache.CacheLimits;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.testing.Await;
import io.github.djlcachex.testing.Reliability;

import org.apache.spark.SparkEnv;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
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

    /** A job that failed leaves tasks of its other partitions, which still write. */
    @AfterEach
    void awaitTasks() {
        Await.until(
                "no task runs",
                () ->
                        Arrays.stream(spark.sparkContext().statusTracker().getExecutorInfos())
                                .allMatch(executor -> executor.numRunningTasks() == 0));
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

    private Dataset<Row> read(String onDamage) {
        return spark.read()
                .format("djlcachex")
                .option("moduleId", "counting")
                .option("onDamage", onDamage)
                .option("partitionBytes", "1") // a task for each file
                .load(directory.toString());
    }

    /** Returns the ids that Spark reads, having checked their vectors. */
    private List<Long> idsRead() {
        List<Row> rows = read("skip").collectAsList();
        for (Row row : rows) {
            float[] expected = CountingExtractor.vector(row.getLong(0));
            List<Float> vector = row.getList(1);
            for (int i = 0; i < expected.length; i++) {
                assertThat(vector.get(i)).isEqualTo(expected[i]);
            }
        }
        return rows.stream().map(row -> row.getLong(0)).toList();
    }

    private static List<Path> segments(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(".arrow"))
                    .filter(file -> file.toString().contains("/segments/"))
                    .sorted()
                    .toList();
        }
    }

    /** Flips a bit of the first copy of a row. */
    private void damage(long id) throws IOException {
        ByteBuffer row =
                ByteBuffer.allocate(4 * CountingExtractor.LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        row.asFloatBuffer().put(CountingExtractor.vector(id));
        String wanted = new String(row.array(), StandardCharsets.ISO_8859_1);
        for (Path file : segments(directory)) {
            byte[] bytes = Files.readAllBytes(file);
            int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(wanted);
            if (at >= 0) {
                bytes[at] ^= 1;
                Files.write(file, bytes);
                return;
            }
        }
        throw new AssertionError("no row of " + id);
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
                    SparkWarmupReport report = fill(ending(halting, true)).run();
                    line.runs(files(marks));
                    assertThat(report.rows()).isEqualTo(ROWS);
                    Filled.hasJust(directory, 0, ROWS);
                    assertThat(computedTwice()).isNotEmpty().isSubsetOf(unflushed(halting));
                    assertThat(CountingExtractor.computed(calls).size())
                            .isLessThanOrEqualTo(ROWS + unflushed(halting).size());
                });
    }

    private HaltingExtractor ending(List<Integer> partitions, boolean halts) {
        return new HaltingExtractor(
                calls.toString(), directory.toString(), marks.toString(), partitions, halts);
    }

    private static Set<Long> unflushed(List<Integer> partitions) {
        Set<Long> rows = new HashSet<>();
        for (int partition : partitions) {
            long batch = partition * (long) HaltingExtractor.BATCHES + HaltingExtractor.LOST_BATCH;
            LongStream.range(batch * BATCH, (batch + 1) * BATCH).forEach(rows::add);
        }
        return rows;
    }

    /** Spark gives the next attempt to the other executor, which has its cache open already. */
    @Test
    void attempt_onAnotherExecutor_findsWhatTheFirstHasFlushed() throws IOException {
        List<Integer> failing = List.of(2);
        assertThat(fill(ending(failing, false)).run().rows()).isEqualTo(ROWS);
        assertThat(files(marks)).isEqualTo(1);
        assertThat(computedTwice()).isSubsetOf(unflushed(failing));
        Filled.hasJust(directory, 0, ROWS);
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
                .hasMessageNotContaining("at null")
                .hasMessageContaining("fingerprint 'counting'")
                .hasMessageContaining("fingerprint 'other weights'");
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

    @Test
    @Tag("T35")
    void rows_ofTwoWriters_areReadOnceAndWithoutDamage() throws Exception {
        Reliability.prove(
                "T35 Spark: duplicates and damage read",
                2,
                line -> {
                    fill(counting()).optCompaction(false).run();
                    Path other = Files.createDirectory(marks.resolve("other"));
                    SparkWarmup.of(spark.range(ROWS / 2, 2 * ROWS, 1, 2).toDF("id"))
                            .setIdColumn("id")
                            .setDirectory(other)
                            .setModuleId("counting")
                            .setExtractor(counting())
                            .run();
                    Path place = segments(directory).get(0);
                    for (Path file : segments(other)) {
                        Files.copy(file, place.resolveSibling(file.getFileName()));
                    }
                    List<Long> all = LongStream.range(0, 2 * ROWS).boxed().toList();
                    assertThat(idsRead()).containsExactlyInAnyOrderElementsOf(all);
                    assertThat(read("skip").count()).isEqualTo(2 * ROWS);
                    line.run();

                    long alone = 5;
                    damage(alone);
                    assertThat(idsRead())
                            .doesNotHaveDuplicates()
                            .hasSize(2 * ROWS - 1)
                            .doesNotContain(alone);
                    assertThatThrownBy(() -> read("fail").collectAsList())
                            .hasMessageContaining("1 damaged rows");
                    damage(ROWS - 1); // stored twice, and one of them is whole
                    assertThat(idsRead())
                            .doesNotHaveDuplicates()
                            .hasSizeBetween(2 * ROWS - 2, 2 * ROWS - 1);
                    line.run();
                });
    }
}
