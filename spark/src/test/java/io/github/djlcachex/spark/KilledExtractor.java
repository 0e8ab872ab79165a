package io.github.djlcachex.spark;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FeatureCacheBuilder;
import io.github.djlcachex.cache.Seams;
import io.github.djlcachex.testing.Await;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.FaultyStorage.Op;
import io.github.djlcachex.testing.FaultyStorage.Partly;

import org.apache.spark.TaskContext;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A KilledExtractor counts as a {@link CountingExtractor} does, and holds the first attempt of
 * partition 0 at a moment until Spark kills it.
 *
 * @param marks a folder in which the attempt notes where the kill found it
 */
record KilledExtractor(String calls, String directory, String marks, Moment moment)
        implements ExtractorFactory {

    /*
     * Spark kills by an interrupt. An interrupt that arrives before a step is seen by all of it, so
     * the attempt that is killed while it computes goes on to `put` with the interrupt set. The
     * moments in which the flusher works are held in the storage below it: the first write of a
     * segment is cut to a half, and the second one waits for the kill.
     */

    /** Where the kill finds the attempt. */
    enum Moment {
        OPEN,
        PUT,
        FLUSH,
        SEGMENT_WRITE
    }

    @Override
    public Extractor open(ExecutorContext context) throws IOException {
        Path file = CountingExtractor.callsOf(calls);
        Loser loser = new Loser(this);
        if (moment == Moment.FLUSH || moment == Moment.SEGMENT_WRITE) {
            loser.holdWrites();
        }
        if (moment == Moment.OPEN && Loser.isHere()) {
            loser.begin();
            loser.awaitKill();
        }
        return Extractor.ofVectors(
                "counting",
                rows -> {
                    if (Loser.isHere() && moment != Moment.OPEN) {
                        loser.beforeBatch();
                    }
                    return CountingExtractor.vectors(rows, file);
                });
    }

    /** The attempt, in the JVM where it runs. */
    private static final class Loser {

        private final KilledExtractor spec;
        private final CountDownLatch writing = new CountDownLatch(1);
        private final AtomicInteger writes = new AtomicInteger();
        private volatile @Nullable TaskContext task;
        private volatile @Nullable Thread thread;
        private @Nullable FeatureCache cache;
        private int batches;

        Loser(KilledExtractor spec) {
            this.spec = spec;
        }

        static boolean isHere() {
            TaskContext present = TaskContext.get();
            return present != null && present.partitionId() == 0 && present.attemptNumber() == 0;
        }

        void begin() {
            task = TaskContext.get();
            thread = Thread.currentThread();
        }

        /** Opens the cache before the extractor does, which then shares its store. */
        void holdWrites() {
            FaultyStorage storage = new FaultyStorage();
            storage.rule(this::beforeOperation);
            FeatureCacheBuilder builder =
                    FeatureCache.builder()
                            .directory(Path.of(spec.directory))
                            .moduleId("counting")
                            .fingerprint("counting");
            CachePlace.setOptions(builder);
            cache = Seams.storage(builder, storage).open();
        }

        void beforeBatch() throws Exception {
            begin();
            batches++;
            if (batches == 2 && spec.moment == Moment.PUT) {
                awaitKill();
            } else if (batches == 2 && spec.moment == Moment.SEGMENT_WRITE) {
                if (cache != null) {
                    cache.startFlush();
                }
                writing.await();
                mark("the attempt computes, and the flusher writes a segment");
                new CountDownLatch(1).await(); // until the kill
            }
        }

        /** Waits for the kill, and goes on as code does that takes no notice of it. */
        void awaitKill() {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                mark("interrupted");
                Thread.currentThread().interrupt();
            }
        }

        private void beforeOperation(Op op, Path file) throws IOException {
            boolean isSegment =
                    op == Op.WRITE
                            && file.getName(file.getNameCount() - 2).toString().equals("segments");
            if (!isSegment || task == null) {
                return;
            }
            int write = writes.incrementAndGet();
            if (write == 1) {
                throw new Partly(Partly.Kind.SHORT, "the rest comes later");
            }
            if (write == 2) {
                writing.countDown();
                awaitKillOfTask();
            }
        }

        private void awaitKillOfTask() {
            if (spec.moment == Moment.FLUSH) {
                Await.until("the attempt flushes", this::isFlushing);
                mark("the attempt waits for its flush");
            }
            TaskContext held = task;
            Await.until("the attempt is killed", () -> held != null && held.isInterrupted());
        }

        private boolean isFlushing() {
            Thread held = thread;
            return held != null
                    && Arrays.stream(held.getStackTrace())
                            .anyMatch(
                                    frame ->
                                            frame.getClassName()
                                                            .equals(FeatureCache.class.getName())
                                                    && frame.getMethodName().equals("flush"));
        }

        private void mark(String text) {
            try {
                Files.writeString(Path.of(spec.marks, spec.moment.name()), text);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
