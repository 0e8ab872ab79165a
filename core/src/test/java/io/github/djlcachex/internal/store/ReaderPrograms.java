package io.github.djlcachex.internal.store;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.testing.Await;
import io.github.djlcachex.testing.ExpectedRows;
import io.github.djlcachex.testing.TestRows;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** Reading in a JVM of its own, without pause, while the parent damages the files. */
public final class ReaderPrograms {

    public static final TestRows ROWS =
            new TestRows(
                    RowSchema.of(
                            Column.of("features", ElementType.FLOAT32, 24),
                            Column.of(ElementType.INT64)),
                    23);

    /** Rows of one segment; a file has some pages. */
    public static final int SEGMENT_ROWS = 400;

    public static final int SEGMENTS = 13;
    public static final int POOL = SEGMENT_ROWS * SEGMENTS;

    /** The rows of the first segment that a round writes, which nobody damages. */
    public static final int HEALTHY = SEGMENT_ROWS;

    private static final int THREADS = 8;
    private static final int BATCH = 32;

    /** Large, so that helpers read it too. */
    private static final int LARGE_BATCH =
            (int) (ParallelGather.LARGE_BYTES / ROWS.schema().rowBytes()) + 1;

    private static final long WARM_BATCHES = 25_000;
    private static final long BATCHES_AFTER = 4_000;

    private ReaderPrograms() {}

    /**
     * Arguments: key type, read mode, directories. In each directory eight threads gather random
     * batches, one of them large ones: until they are hot, then until the parent says that the
     * damage is done, and a while longer.
     */
    public static final class Readers {
        private Readers() {}

        public static void main(String[] args) throws IOException {
            System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
            KeyType type = KeyType.valueOf(args[0]);
            ExpectedRows expected = new ExpectedRows(ROWS, ExpectedRows.keys(type, 0, POOL));
            BufferedReader parent =
                    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String directory : List.of(args).subList(2, args.length)) {
                try (FeatureCache cache =
                        Caches.at(Path.of(directory))
                                .readOnly(true)
                                .readMode(ReadMode.valueOf(args[1]))
                                .memoryTierBytes(0)
                                .refreshInterval(Duration.ofMillis(5))
                                .open()) {
                    Round round = new Round(cache, expected);
                    round.readWhile(parent);
                    System.out.println("round " + round.report());
                }
            }
            System.out.println("end");
        }
    }

    /** The reading of one directory. */
    private static final class Round {
        private final FeatureCache cache;
        private final ExpectedRows expected;
        private final AtomicLong batches = new AtomicLong();
        private final AtomicLong hits = new AtomicLong();
        private final AtomicLong misses = new AtomicLong();
        private final AtomicLong wrong = new AtomicLong();
        private final AtomicLong healthyMisses = new AtomicLong();
        private final ConcurrentLinkedQueue<Throwable> thrown = new ConcurrentLinkedQueue<>();
        private volatile boolean stopped;

        Round(FeatureCache cache, ExpectedRows expected) {
            this.cache = cache;
            this.expected = expected;
        }

        void readWhile(BufferedReader parent) throws IOException {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                Random random = new Random(i);
                int rows = i == 0 ? LARGE_BATCH : BATCH;
                Thread thread = new Thread(() -> read(random, rows), "reader-" + i);
                thread.start();
                threads.add(thread);
            }
            awaitBatches(WARM_BATCHES);
            System.out.println("warm " + hits);
            if (parent.readLine() == null) {
                throw new IOException("the parent is gone");
            }
            awaitBatches(batches.get() + BATCHES_AFTER);
            stopped = true;
            threads.forEach(Await::end);
        }

        private void awaitBatches(long count) {
            Await.until("the readers are warm", () -> batches.get() >= count || !thrown.isEmpty());
        }

        /** What comes out of gather is caught here, and so is what comes late out of the check. */
        private void read(Random random, int rows) {
            RowBatch into = RowBatch.allocate(ROWS.schema(), rows);
            try {
                while (!stopped) {
                    int[] drawn = IntStream.range(0, rows).map(i -> random.nextInt(POOL)).toArray();
                    Keys keys = expected.pool().select(drawn);
                    int[] missing = cache.gather(keys, into).missing();
                    wrong.addAndGet(expected.wrong(drawn, into, missing));
                    hits.addAndGet(rows - missing.length);
                    misses.addAndGet(missing.length);
                    for (int position : missing) {
                        healthyMisses.addAndGet(drawn[position] < HEALTHY ? 1 : 0);
                    }
                    batches.incrementAndGet();
                }
            } catch (Throwable e) {
                e.printStackTrace();
                thrown.add(e);
            }
        }

        String report() {
            return String.format(
                    Locale.ROOT,
                    "hits=%d misses=%d wrong=%d healthyMisses=%d thrown=%d corrupt=%d",
                    hits.get(),
                    misses.get(),
                    wrong.get(),
                    healthyMisses.get(),
                    thrown.size(),
                    cache.stats().corruptRows());
        }
    }
}
