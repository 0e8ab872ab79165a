package io.github.djlcachex.internal.store;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The size of all files of a generation, as it was measured last. The first who asks measures; a
 * measure that is older than a minute is repeated by the maintenance. What the store commits
 * meanwhile is added. Safe for use by many threads.
 */
public final class DiskLevels {

    private static final Logger logger = LoggerFactory.getLogger(DiskLevels.class);
    private static final long FRESH_NANOS = TimeUnit.MINUTES.toNanos(1);

    private record Measure(
            long bytes, long files, long bytesWritten, long filesWritten, long nanos) {}

    private final Path generation;
    private final Maintenance.Task again;
    private final AtomicLong bytesWritten = new AtomicLong();
    private final AtomicLong filesWritten = new AtomicLong();
    private volatile @Nullable Measure measured;

    DiskLevels(StorePaths paths, Maintenance maintenance) {
        this.generation = paths.generation();
        this.again = maintenance.add("measure " + generation, this::measure);
    }

    /** Counts a file that was committed. */
    void wrote(long bytes) {
        bytesWritten.addAndGet(bytes);
        filesWritten.incrementAndGet();
    }

    public long bytes() {
        Measure last = current();
        return last.bytes + bytesWritten.get() - last.bytesWritten;
    }

    public long files() {
        Measure last = current();
        return last.files + filesWritten.get() - last.filesWritten;
    }

    private Measure current() {
        Measure last = measured;
        if (last == null) {
            return measure();
        }
        boolean old = System.nanoTime() - last.nanos > FRESH_NANOS;
        return old && !again.scheduleIn(0) ? measure() : last; // after a close there is no thread
    }

    private synchronized Measure measure() {
        long[] sums = new long[2];
        long bytesBefore = bytesWritten.get();
        long filesBefore = filesWritten.get();
        try {
            DiskUse.walk(
                    generation,
                    (file, attributes) -> {
                        sums[0] += DiskUse.bytes(attributes);
                        sums[1]++;
                    });
        } catch (IOException e) {
            logger.debug("cannot measure {} as a whole", generation, e);
        }
        Measure now = new Measure(sums[0], sums[1], bytesBefore, filesBefore, System.nanoTime());
        measured = now;
        return now;
    }
}
