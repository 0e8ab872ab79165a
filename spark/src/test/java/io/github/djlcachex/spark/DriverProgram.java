package io.github.djlcachex.spark;

import org.apache.spark.Success$;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A driver in a JVM of its own. It prints the partition of each task that has succeeded, and halts
 * after some of them, while the others are held in their middle.
 */
final class DriverProgram {

    static final int PARTITIONS = 6;
    static final int BATCH = 32;
    static final int ROWS = PARTITIONS * 4 * BATCH;
    static final int ROWS_OF_TASK = ROWS / PARTITIONS;
    static final String DONE = "done ";
    static final String END = "end";

    private DriverProgram() {}

    /**
     * Runs a fill.
     *
     * @param arguments the directory, the folder of calls, and after how many tasks to halt; 0 for
     *     never
     */
    public static void main(String[] arguments) {
        int haltAfter = Integer.parseInt(arguments[2]);
        SparkSession spark = Clusters.ofExecutors(2, Map.of());
        spark.sparkContext().addSparkListener(new Halting(haltAfter));
        ExtractorFactory extractor =
                haltAfter > 0
                        ? new Held(arguments[1], haltAfter)
                        : new CountingExtractor(arguments[1]);
        fill(spark, arguments[0], extractor).run();
        spark.stop();
        System.out.println(END);
    }

    static SparkWarmup fill(SparkSession spark, String directory, ExtractorFactory extractor) {
        return SparkWarmup.of(spark.range(0, ROWS, 1, PARTITIONS).toDF("id"))
                .setIdColumn("id")
                .setDirectory(Path.of(directory))
                .setModuleId("counting")
                .optBatchRows(BATCH)
                .setExtractor(extractor);
    }

    /** Counts, and holds the tasks from a partition on at their third batch. */
    private record Held(String calls, int fromPartition) implements ExtractorFactory {
        @Override
        public Extractor open(ExecutorContext context) throws IOException {
            Path file = CountingExtractor.callsOf(calls);
            return Extractor.ofVectors(
                    "counting",
                    rows -> {
                        long id = rows.get(0).getAs("id");
                        if (id / ROWS_OF_TASK >= fromPartition && id % ROWS_OF_TASK >= 2 * BATCH) {
                            new CountDownLatch(1).await();
                        }
                        return CountingExtractor.vectors(rows, file);
                    });
        }
    }

    /** Halts the JVM when so many tasks have succeeded. */
    private static final class Halting extends SparkListener {

        private final int haltAfter;
        private final AtomicInteger done = new AtomicInteger();

        Halting(int haltAfter) {
            this.haltAfter = haltAfter;
        }

        @Override
        public void onTaskEnd(SparkListenerTaskEnd end) {
            if (end.reason() != Success$.MODULE$) {
                return;
            }
            System.out.println(DONE + end.taskInfo().index());
            if (done.incrementAndGet() == haltAfter) {
                Runtime.getRuntime().halt(1);
            }
        }
    }
}
