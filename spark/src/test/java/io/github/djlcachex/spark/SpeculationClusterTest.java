package io.github.djlcachex.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.testing.Await;
import io.github.djlcachex.testing.Reliability;

import org.apache.spark.TaskKilled;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Second copies of slow tasks: the losers are killed at each moment of a fill. */
@Tag("T31")
class SpeculationClusterTest {

    private static final int PARTITIONS = 3;
    private static final int BATCH = 32;
    private static final int ROWS = PARTITIONS * 3 * BATCH;

    private static HostsCluster cluster;
    private static SparkSession spark;

    @TempDir Path directory;
    @TempDir Path calls;
    @TempDir Path marks;

    @BeforeAll
    static void start() {
        cluster = HostsCluster.start(2);
        spark =
                Clusters.on(
                        cluster,
                        Map.of(
                                "spark.speculation", "true",
                                "spark.speculation.interval", "100ms",
                                "spark.speculation.quantile", "0.5",
                                "spark.speculation.multiplier", "1.1",
                                "spark.speculation.minTaskRuntime", "100ms",
                                "spark.speculation.efficiency.enabled", "false"));
    }

    @AfterAll
    static void stop() {
        spark.stop();
        cluster.close();
    }

    /** Counts the attempts that were killed because another one was faster. */
    private static final class Kills extends SparkListener {
        final AtomicInteger count = new AtomicInteger();

        @Override
        public void onTaskEnd(SparkListenerTaskEnd end) {
            if (end.reason() instanceof TaskKilled) {
                count.incrementAndGet();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void loser_killedAtAnyMoment_leavesNoTornFileAndNoWrongRow(KilledExtractor.Moment moment)
            throws Exception {
        Reliability.prove(
                "T31 Spark: loser killed in " + moment,
                1,
                line -> {
                    fillAndCheck(moment);
                    line.run();
                });
    }

    private void fillAndCheck(KilledExtractor.Moment moment) throws Exception {
        Kills kills = new Kills();
        spark.sparkContext().addSparkListener(kills);

        SparkWarmupReport report =
                SparkWarmup.of(spark.range(0, ROWS, 1, PARTITIONS).toDF("id"))
                        .setIdColumn("id")
                        .setDirectory(directory)
                        .setModuleId("counting")
                        .setExtractor(
                                new KilledExtractor(
                                        calls.toString(),
                                        directory.toString(),
                                        marks.toString(),
                                        moment))
                        .optBatchRows(BATCH)
                        .optCompaction(false)
                        .run();

        assertThat(report.rows()).isEqualTo(ROWS);
        assertThat(report.computedRows()).isEqualTo(ROWS);
        Filled.hasJust(directory, 0, ROWS); // the loser may still write
        Await.until("the loser was killed", () -> kills.count.get() == 1);
        spark.sparkContext().removeSparkListener(kills);
        assertThat(marks.resolve(moment.name())).exists();
        try (FeatureCache cache = Filled.open(directory)) {
            Await.until("its rows are stored", () -> storedTwice(cache) == storedByLoser(moment));
        }
        Filled.hasJust(directory, 0, ROWS);
        assertThat(unfinished()).isEmpty();
    }

    private static long storedTwice(FeatureCache cache) {
        cache.refresh();
        return cache.segments().stream().mapToLong(segment -> segment.rows()).sum() - ROWS;
    }

    /** What it had put when it was killed, or put in spite of it. */
    private static long storedByLoser(KilledExtractor.Moment moment) {
        return switch (moment) {
            case OPEN -> 0;
            case SEGMENT_WRITE -> BATCH;
            case PUT -> 2 * BATCH;
            case FLUSH -> 3 * BATCH;
        };
    }

    private List<Path> unfinished() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(".tmp")).toList();
        }
    }
}
