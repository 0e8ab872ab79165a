package io.github.djlcachex.internal.store;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The last steps of a close, which ask the disk, on a thread of their own: a filesystem that hangs
 * must not keep the caller, or the end of the JVM. Even the closing of a file may hang.
 */
final class LastSteps {

    /** What closing files may take when the time for writing is over. */
    static final long GRACE_MS = 1000;

    private static final Logger logger = LoggerFactory.getLogger(LastSteps.class);

    private LastSteps() {}

    /**
     * Runs steps, and waits for their end no longer than they may take and a second.
     *
     * @param steps what may hang; it goes on after the time is over
     */
    static void run(String threadName, Path generation, long leftMs, Runnable steps) {
        CountDownLatch left = new CountDownLatch(1);
        DaemonThread thread =
                new DaemonThread(
                        threadName,
                        () -> {
                            steps.run();
                            left.countDown();
                        });
        if (!thread.startIfNeeded()) {
            steps.run();
            return;
        }
        thread.join(leftMs + GRACE_MS);
        if (left.getCount() > 0) {
            logger.warn("the files of {} are not closed yet: the disk does not answer", generation);
        }
    }

    /** What is left until a deadline, at least a millisecond. */
    static long leftMs(long deadline) {
        return Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()));
    }
}
