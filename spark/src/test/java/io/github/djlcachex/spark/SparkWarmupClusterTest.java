package io.github.djlcachex.spark;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Fills by executors in JVMs of their own. */
class SparkWarmupClusterTest {

    private static final int ROWS = 20_000;

    private static SparkSession spark;

    @TempDir Path directory;
    @TempDir Path calls;

    @BeforeAll
    static void start() {
        spark = Clusters.ofExecutors(4, Map.of());
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    private SparkWarmup fill(long rows, int partitions) {
        return SparkWarmup.of(spark.range(0, rows, 1, partitions).toDF("id"))
                .setIdColumn("id")
                .setDirectory(directory)
                .setModuleId("counting")
                .setExtractor(new CountingExtractor(calls.toString()));
    }

    @Test
    void fill_ofFourExecutors_computesEachRowOnceAndNoneAgain() throws Exception {
        SparkWarmupReport first = fill(ROWS, 16).run();

        List<Long> once = CountingExtractor.computed(calls);
        assertThat(once).hasSize(ROWS).doesNotHaveDuplicates();
        assertThat(once).containsAll(LongStream.range(0, ROWS).boxed().toList());
        assertThat(first.rows()).isEqualTo(ROWS);
        assertThat(first.computedRows()).isEqualTo(ROWS);
        assertThat(first.segments()).isEqualTo(1); // after the compaction
        Filled.hasJust(directory, 0, ROWS);

        SparkWarmupReport second = fill(ROWS, 16).run();

        assertThat(CountingExtractor.computed(calls)).hasSize(ROWS);
        assertThat(second.rows()).isEqualTo(ROWS);
        assertThat(second.computedRows()).isZero();
    }
}
