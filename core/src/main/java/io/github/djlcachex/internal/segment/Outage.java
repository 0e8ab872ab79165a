package io.github.djlcachex.internal.segment;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The files of a store that cannot be read, though nothing says that they are damaged: for a while,
 * or because another process deleted them.
 *
 * <p>Safe for use by many threads. All files together make one line of log a minute at most.
 */
public final class Outage {

    private static final Logger logger = LoggerFactory.getLogger(Outage.class);

    private static final long WARN_AGAIN_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** An attempt that takes longer waits for a filesystem that does not answer. */
    private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Short enough that rows are found again within seconds. */
    private static final long MAX_REST_NANOS = TimeUnit.SECONDS.toNanos(3);

    private static final int RESTS_PER_ATTEMPT = 8;

    private final AtomicInteger files = new AtomicInteger();
    private final AtomicLong restUntil = new AtomicLong(System.nanoTime());
    private final AtomicLong warnAfter = new AtomicLong(System.nanoTime());
    private final Queue<String> deleted = new ConcurrentLinkedQueue<>();
    private volatile boolean anyDeleted;

    /** Creates one without any file. */
    public Outage() {}

    /**
     * Tells whether any file cannot be read now.
     *
     * @return false if all could be read when they were last asked for
     */
    public boolean any() {
        return files.get() > 0;
    }

    /** Takes note of a file that could be read before. */
    void began(Path file, Throwable cause) {
        logger.debug("cannot read {} now", file, cause);
        if (files.incrementAndGet() == 1 && mayWarn()) {
            logger.warn(
                    "cannot read {} now ({}); its rows, and those of other such files, are misses"
                            + " until they can be read",
                    file,
                    cause.toString());
        }
    }

    /** Takes note of a file that was deleted. */
    void deleted(Path file) {
        logger.debug("{} was deleted", file);
        deleted.add(String.valueOf(file.getFileName()));
        anyDeleted = true;
    }

    /**
     * Tells whether a file was found deleted since the last {@link #takeDeleted}.
     *
     * @return true until they are taken
     */
    public boolean anyDeleted() {
        return anyDeleted;
    }

    /**
     * Returns the names of the files that were found deleted, once.
     *
     * @return the names
     */
    public Set<String> takeDeleted() {
        anyDeleted = false;
        Set<String> taken = new HashSet<>();
        for (String name = deleted.poll(); name != null; name = deleted.poll()) {
            taken.add(name);
        }
        return taken;
    }

    private boolean mayWarn() {
        long after = warnAfter.get();
        long now = System.nanoTime();
        return now - after >= 0 && warnAfter.compareAndSet(after, now + WARN_AGAIN_NANOS);
    }

    /** Takes note of a file that can be read again, or is not needed any more. */
    void ended(Path file) {
        logger.debug("{} is not waited for any more", file);
        if (files.decrementAndGet() == 0) {
            logger.debug("all files that could not be read are back");
        }
    }

    /**
     * Tells whether a file may be opened again now: no thread waits often for a disk that does not
     * answer.
     */
    boolean mayTry() {
        return System.nanoTime() - restUntil.get() >= 0;
    }

    /** Takes note of an attempt that failed. */
    void failed(long startedAtNanos) {
        long now = System.nanoTime();
        long took = now - startedAtNanos;
        if (took > SLOW_NANOS) {
            restUntil.set(now + Math.min(MAX_REST_NANOS, RESTS_PER_ATTEMPT * took));
        }
    }
}
