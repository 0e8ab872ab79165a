package io.github.djlcachex.spark;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FeatureCacheBuilder;
import io.github.djlcachex.testing.Await;

import org.apache.spark.TaskContext;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A HaltingExtractor counts as a {@link CountingExtractor} does, and ends at the fourth batch of
 * the first attempt of some partitions, whose first two batches it has flushed.
 *
 * @param partitions those partitions
 * @param halts true to halt the JVM; false to throw an error, which ends the attempt
 * @param marks a folder with a file for each halt
 */
record HaltingExtractor(
        String calls, String directory, String marks, List<Integer> partitions, boolean halts)
        implements ExtractorFactory {

    /** The batch of which nothing is on disk when the JVM halts, though it was put. */
    static final int LOST_BATCH = 2;

    static final int BATCHES = 4;

    @Override
    public Extractor open(ExecutorContext context) throws IOException {
        Path file = CountingExtractor.callsOf(calls);
        Halting halting = new Halting(this);
        return Extractor.ofVectors(
                "counting",
                rows -> {
                    halting.beforeBatch();
                    return CountingExtractor.vectors(rows, file);
                });
    }

    /** An executor of one core, which runs one task after the other. */
    private static final class Halting {

        private final HaltingExtractor spec;
        private long attempt = -1;
        private int batch;

        Halting(HaltingExtractor spec) {
            this.spec = spec;
        }

        void beforeBatch() throws IOException {
            TaskContext task = TaskContext.get();
            batch = task.taskAttemptId() == attempt ? batch + 1 : 0;
            attempt = task.taskAttemptId();
            if (task.attemptNumber() > 0 || !spec.partitions.contains(task.partitionId())) {
                return;
            }
            if (batch == LOST_BATCH) {
                Await.until("both executors have an open cache", this::bothCompute);
                flush();
            } else if (batch == LOST_BATCH + 1) {
                Files.createFile(Path.of(spec.marks, "halt-" + task.partitionId()));
                if (spec.halts) {
                    Runtime.getRuntime().halt(1);
                }
                throw new AssertionError("the attempt ends");
            }
        }

        private boolean bothCompute() {
            try (Stream<Path> jvms = Files.list(Path.of(spec.calls))) {
                return jvms.count() >= 2;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** By a cache of its own, which shares the store of the fill's. */
        private void flush() {
            FeatureCacheBuilder builder =
                    FeatureCache.builder()
                            .directory(Path.of(spec.directory))
                            .moduleId("counting")
                            .fingerprint("counting");
            CachePlace.setOptions(builder);
            try (FeatureCache cache = builder.open()) {
                if (!cache.flush().isComplete()) {
                    throw new IllegalStateException("the flush has failed");
                }
            }
        }
    }
}
