package io.github.djlcachex.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.LongKeys;
import io.github.djlcachex.testing.Await;
import io.github.djlcachex.testing.ChildJvm;
import io.github.djlcachex.testing.Reliability;

import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;

/** Drivers in JVMs of their own. */
class DriverTest {

    private static final int HALT_AFTER = 4;

    @TempDir Path directory;
    @TempDir Path calls;
    @TempDir Path errors;

    /** A driver of {@link DriverProgram}. */
    private ChildJvm start(int haltAfter) throws IOException {
        List<String> flags =
                new ArrayList<>(
                        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                                .filter(DriverTest::isForSpark)
                                .toList());
        flags.add("-Xmx512m");
        return ChildJvm.startFlagged(
                errors, flags, Map.of(), DriverProgram.class, directory, calls, haltAfter);
    }

    private static boolean isForSpark(String flag) {
        return flag.startsWith("--")
                || flag.startsWith("-Dio.netty")
                || flag.startsWith("-Djdk.reflect")
                || flag.equals("-XX:+IgnoreUnrecognizedVMOptions");
    }

    @Test
    @Tag("T33")
    void driver_thatHalts_costsTheRowsThatWereNotFlushed() throws Exception {
        Reliability.prove(
                "T33 Spark: driver halted",
                1,
                line -> {
                    Set<Long> ofTasks = haltedRun();
                    Set<Long> stored = stored();
                    assertThat(stored).containsAll(ofTasks).hasSizeLessThan(DriverProgram.ROWS);
                    List<Long> before = CountingExtractor.computed(calls);

                    SparkWarmupReport report = secondRun();

                    line.run();
                    List<Long> again = new ArrayList<>(CountingExtractor.computed(calls));
                    before.forEach(again::remove);
                    assertThat(again)
                            .hasSize(DriverProgram.ROWS - stored.size())
                            .doesNotContainAnyElementsOf(stored);
                    assertThat(report.computedRows()).isEqualTo(again.size());
                    Filled.hasJust(directory, 0, DriverProgram.ROWS);
                });
    }

    /** Returns the rows of the tasks that have succeeded. */
    private Set<Long> haltedRun() throws Exception {
        Set<Long> rows = new HashSet<>();
        try (ChildJvm driver = start(HALT_AFTER)) {
            long each = DriverProgram.ROWS_OF_TASK;
            for (int task = 0; task < HALT_AFTER; task++) {
                String done = driver.awaitLine(DriverProgram.DONE);
                int partition = Integer.parseInt(done.substring(DriverProgram.DONE.length()));
                LongStream.range(partition * each, (partition + 1) * each).forEach(rows::add);
            }
            assertThat(driver.awaitEnd()).isEqualTo(1);
        }
        Await.until("its executors have ended", () -> !CountingExtractor.anyJvmLives(calls));
        return rows;
    }

    private Set<Long> stored() {
        try (FeatureCache cache = Filled.open(directory)) {
            Set<Long> ids = new HashSet<>();
            LongStream.of(((LongKeys) cache.keys()).toArray()).forEach(ids::add);
            return ids;
        }
    }

    @Test
    @Tag("T34")
    void drivers_thatRunAtOnceOnOneDirectory_bothSucceed() throws Exception {
        Reliability.prove(
                "T34 Spark: two drivers",
                2,
                line -> {
                    try (ChildJvm other = start(0)) {
                        assertThat(secondRun().rows()).isEqualTo(DriverProgram.ROWS);
                        line.run();
                        other.awaitLine(DriverProgram.END);
                        assertThat(other.awaitEnd()).isZero();
                        line.run();
                    }
                    Filled.hasJust(directory, 0, DriverProgram.ROWS);
                });
    }

    private SparkWarmupReport secondRun() {
        SparkSession spark = Clusters.ofExecutors(2, Map.of());
        try {
            return DriverProgram.fill(
                            spark, directory.toString(), new CountingExtractor(calls.toString()))
                    .run();
        } finally {
            spark.stop();
        }
    }
}
