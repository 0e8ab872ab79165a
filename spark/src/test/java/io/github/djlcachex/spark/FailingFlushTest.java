package io.github.djlcachex.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.CacheDirectory;
import io.github.djlcachex.cache.CacheLimits;
import io.github.djlcachex.cache.FeatureCache;

import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Attempts of a task that follow one another in one JVM, where writing fails. */
class FailingFlushTest {

    private static final int ROWS = 200;

    /** A flush tries a segment twice. */
    private static final int ONE_FLUSH = 2;

    private static SparkSession spark;

    @TempDir Path directory;
    @TempDir Path calls;

    @BeforeAll
    static void start() {
        spark = Clusters.inThisJvm(1, 3, Map.of());
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    private SparkWarmup fill() {
        return SparkWarmup.of(spark.range(0, ROWS, 1, 1).toDF("id"))
                .setIdColumn("id")
                .setDirectory(directory)
                .setModuleId("counting")
                .setExtractor(new CountingExtractor(calls.toString()));
    }

    @Test
    void attempt_afterAFlushThatFailed_storesTheRows() throws IOException {
        try (FeatureCache shared = FailingExtractor.share(directory.toString(), ONE_FLUSH)) {
            assertThat(fill().run().computedRows()).isEqualTo(ROWS);
            assertThat(shared.stats().lostRows()).isEqualTo(ROWS);
        }
        assertThat(CountingExtractor.computed(calls)).hasSize(2 * ROWS);
        Filled.hasJust(directory, 0, ROWS);
    }

    @Test
    void attempts_thatAllFail_failTheJob() throws IOException {
        try (FeatureCache shared =
                FailingExtractor.share(directory.toString(), Integer.MAX_VALUE)) {
            assertThatThrownBy(() -> fill().run())
                    .hasMessageContaining(ROWS + " lost")
                    .hasMessageContaining("injected: WRITE");
            assertThat(shared.rowCount()).isZero();
        }
        fill().run();
        Filled.hasJust(directory, 0, ROWS);
    }

    private void write() {
        spark.range(0, ROWS, 1, 1)
                .selectExpr(
                        "id", "transform(sequence(0, 15), i -> cast(id * 31 + i / 4 as float)) v")
                .write()
                .format("djlcachex")
                .option("moduleId", "counting")
                .option("fingerprint", "counting")
                .mode("append")
                .save(directory.toString());
    }

    @Test
    void write_afterAFlushThatFailed_storesTheRows() throws IOException {
        try (FeatureCache shared = FailingExtractor.share(directory.toString(), ONE_FLUSH)) {
            write();
            assertThat(shared.stats().lostRows()).isEqualTo(ROWS);
        }
        Filled.hasJust(directory, 0, ROWS);
    }

    @Test
    void writes_thatAllFail_failTheJob() throws IOException {
        try (FeatureCache shared =
                FailingExtractor.share(directory.toString(), Integer.MAX_VALUE)) {
            assertThatThrownBy(this::write)
                    .rootCause()
                    .hasMessageContaining(ROWS + " lost")
                    .hasMessageContaining("injected: WRITE");
            assertThat(shared.rowCount()).isZero();
        }
    }

    /** The rows of the attempt before are declined, and are no hits of this one. */
    @Test
    void attempts_inAFullDirectory_allFail() {
        CacheDirectory.of(directory).setLimits(CacheLimits.builder().maxBytes(1).build());
        assertThatThrownBy(() -> fill().run()).hasMessageContaining("the limit of the directory");
        try (FeatureCache cache = Filled.open(directory)) {
            assertThat(cache.rowCount()).isZero();
        }
    }
}
