package io.github.djlcachex.internal.segment;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.sun.management.UnixOperatingSystemMXBean;

import io.github.djlcachex.internal.io.Interrupts;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A mapped file that is opened once more for positional reads, when they are first asked for.
 *
 * <p>Safe for use by many threads. All of a process together have a quarter of the descriptors that
 * it may have, at least 256 and at most 8,192.
 */
final class PositionalTwin {

    private static final Logger logger = LoggerFactory.getLogger(PositionalTwin.class);

    /** What could not be opened is tried again after this time. */
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Opens the file, and proves that it is the one that is mapped. */
    @FunctionalInterface
    interface Opening {
        SegmentBody open() throws IOException;
    }

    /** Made when first needed: the management classes take time to load. */
    private static final class Descriptors {
        private static final int MIN = 256;
        private static final int MAX = 8192;
        static final Semaphore LEFT = new Semaphore(quarterOfLimit());

        private static int quarterOfLimit() {
            return (int) Math.max(MIN, Math.min(limit() / 4, MAX));
        }

        private static long limit() {
            try {
                var system = ManagementFactory.getOperatingSystemMXBean();
                return system instanceof UnixOperatingSystemMXBean unix
                        ? unix.getMaxFileDescriptorCount()
                        : 0;
            } catch (LinkageError e) {
                logger.debug("a runtime without jdk.management, or no descriptor is left", e);
                return 0;
            }
        }
    }

    private final Opening opening;
    private volatile @Nullable SegmentBody body;

    @GuardedBy("this") private boolean tried;

    @GuardedBy("this") private long triedAtNanos;

    @GuardedBy("this") private boolean wasReset;

    @GuardedBy("this") private long resetAtNanos;

    @GuardedBy("this") private boolean closed;

    PositionalTwin(Opening opening) {
        this.opening = opening;
    }

    /** The open file, or null while it cannot be opened. */
    @Nullable SegmentBody body() {
        SegmentBody opened = body;
        return opened != null ? opened : tryOpen();
    }

    private synchronized @Nullable SegmentBody tryOpen() {
        boolean tooSoon = tried && System.nanoTime() - triedAtNanos < RETRY_NANOS;
        if (body == null && !closed && !tooSoon) {
            tried = true;
            triedAtNanos = System.nanoTime();
            if (Descriptors.LEFT.tryAcquire()) {
                open();
            }
        }
        return body;
    }

    @GuardedBy("this") private void open() {
        try {
            body = Interrupts.shield(opening::open);
        } catch (IOException e) {
            logger.debug("a file is read through its mapping alone", e);
        } finally {
            if (body == null) {
                Descriptors.LEFT.release();
            }
        }
    }

    synchronized void close() throws IOException {
        closed = true;
        closeBody();
    }

    /**
     * Closes what a read failed of; it is opened again when it is asked for, at most each pause.
     */
    synchronized void reset() throws IOException {
        if (body != null) {
            long now = System.nanoTime();
            tried = wasReset && now - resetAtNanos < RETRY_NANOS;
            triedAtNanos = now;
            wasReset = true;
            resetAtNanos = now;
            closeBody();
        }
    }

    @GuardedBy("this") private void closeBody() throws IOException {
        SegmentBody opened = body;
        if (opened != null) {
            body = null;
            Descriptors.LEFT.release();
            opened.close();
        }
    }
}
