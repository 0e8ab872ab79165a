package io.github.djlcachex.spark;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.Keys;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * SparkScaling measures fills by 1, 2 and 4 executors, beside the ideal and beside a loop in one
 * JVM. The extractor sleeps for 5 ms a row, so that executors need no more cores than there are.
 */
final class SparkScaling {

    private static final int ROWS = 4000;
    private static final int PARTITIONS = 16;
    private static final int BATCH = 50;
    private static final int ROW_MS = 5;
    private static final double IDEAL_ROWS_S = 1000.0 / ROW_MS;

    private SparkScaling() {}

    /** Prints a line of BENCHMARKS.md for each measurement. */
    public static void main(String[] arguments) throws Exception {
        System.out.println("| fill | rows/s | ideal | by the ideal |");
        System.out.println("|---|--:|--:|--:|");
        print("a loop in one JVM", loopSeconds(), 1);
        for (int executors : new int[] {1, 2, 4}) {
            print("Spark, executors: " + executors, sparkSeconds(executors), executors);
        }
    }

    private static void print(String name, double seconds, int executors) {
        double rate = ROWS / seconds;
        double ideal = executors * IDEAL_ROWS_S;
        System.out.printf(
                Locale.ROOT, "| %s | %.0f | %.0f | %.2f |%n", name, rate, ideal, rate / ideal);
    }

    /** The extractor. */
    private static float[][] vectors(int rows) throws InterruptedException {
        Thread.sleep((long) ROW_MS * rows);
        return new float[rows][512];
    }

    private static double loopSeconds() throws IOException, InterruptedException {
        try (FeatureCache cache =
                FeatureCache.builder()
                        .directory(newDirectory())
                        .moduleId("scaling")
                        .fingerprint("sleeping")
                        .open()) {
            long begin = System.nanoTime();
            for (long id = 0; id < ROWS; id += BATCH) {
                long[] ids = LongStream.range(id, id + BATCH).toArray();
                cache.put(ids, vectors(cache.missing(Keys.of(ids)).length));
            }
            if (!cache.flush().isComplete()) {
                throw new IllegalStateException("rows were lost");
            }
            return (System.nanoTime() - begin) / 1e9;
        }
    }

    /** The executors' JVMs have started, and have filled another module. */
    private static double sparkSeconds(int executors) throws IOException {
        SparkSession spark = Clusters.ofExecutors(executors, Map.of());
        try {
            String directory = newDirectory().toString();
            fill(spark, directory, "warm", executors * BATCH);
            long begin = System.nanoTime();
            SparkWarmupReport report = fill(spark, directory, "scaling", ROWS);
            double seconds = (System.nanoTime() - begin) / 1e9;
            if (report.computedRows() != ROWS) {
                throw new IllegalStateException(report.toString());
            }
            return seconds;
        } finally {
            spark.stop();
        }
    }

    private static SparkWarmupReport fill(
            SparkSession spark, String directory, String module, int rows) {
        return SparkWarmup.of(spark.range(0, rows, 1, PARTITIONS).toDF("id"))
                .setIdColumn("id")
                .setDirectory(Path.of(directory))
                .setModuleId(module)
                .optBatchRows(BATCH)
                .setExtractor(new Sleeping())
                .run();
    }

    private static Path newDirectory() throws IOException {
        Path target = Path.of(System.getProperty("user.dir"), "target");
        return Files.createTempDirectory(Files.createDirectories(target), "scaling");
    }

    /** Opens the extractor. */
    private record Sleeping() implements ExtractorFactory {
        @Override
        public Extractor open(ExecutorContext context) {
            return Extractor.ofVectors("sleeping", (List<Row> rows) -> vectors(rows.size()));
        }
    }
}
