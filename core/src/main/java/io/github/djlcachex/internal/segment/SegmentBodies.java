package io.github.djlcachex.internal.segment;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import io.github.djlcachex.internal.io.AsyncReadErrors;
import io.github.djlcachex.internal.io.Interrupts;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.EOFException;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * The open body of a segment file: opened when it is first read, and again when a read failed.
 *
 * <p>A read that fails says nothing about the file: a descriptor may be stale, a server away. So
 * the file is opened by its name and proven once more, and the read is tried once more. After that
 * the file rests: who asks for a row meanwhile is told at once that it cannot be read.
 */
final class SegmentBodies {

    private static final Logger logger = LoggerFactory.getLogger(SegmentBodies.class);

    /** A file that could not be read is tried again after this time. */
    private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final int MAX_REOPENED = 4;

    /**
     * A read of a body.
     *
     * @param <T> what is read
     */
    @FunctionalInterface
    interface Read<T> {
        T of(SegmentBody body) throws IOException;
    }

    private final ProvenFile file;
    private final boolean mapping;
    private final Outage outage;
    private final Runnable onChange;
    private final PositionalTwin twin;
    private volatile @Nullable SegmentBody body;
    private volatile boolean unreadable;

    @GuardedBy("this") private @Nullable IOException failure;

    @GuardedBy("this") private long failedAtNanos;

    @GuardedBy("this") private int reopened;

    @GuardedBy("this") private long reopenedAtNanos;

    @GuardedBy("this") private boolean closed;

    SegmentBodies(
            ProvenFile file,
            boolean mapping,
            Outage outage,
            Runnable onChange,
            @Nullable SegmentBody body) {
        this.file = file;
        this.mapping = mapping;
        this.outage = outage;
        this.onChange = onChange;
        this.body = body;
        this.twin = new PositionalTwin(() -> file.open(false));
    }

    ProvenFile file() {
        return file;
    }

    /** The body that is open, or null. */
    @Nullable SegmentBody current() {
        return body;
    }

    boolean mapped() {
        SegmentBody opened = body;
        return opened == null ? mapping : opened.mapped();
    }

    /** Tells whether the last read failed, and nothing says that the file is damaged. */
    boolean unreadable() {
        return unreadable;
    }

    SegmentBody body() throws IOException {
        SegmentBody opened = body;
        return opened != null ? opened : openFirst();
    }

    /** One more for positional reads of a mapped file, or null while there is none. */
    @Nullable SegmentBody twin() {
        return unreadable ? null : twin.body();
    }

    /** What is truncated is not in the mapping either. */
    void fallBackToMapping(IOException failed) throws IOException {
        if (failed instanceof EOFException) {
            throw failed;
        }
        logger.debug("{} is read through its mapping", file.path(), failed);
        resetTwin();
    }

    private void resetTwin() {
        try {
            twin.reset();
        } catch (IOException e) {
            logger.debug("cannot close {}", file.path(), e);
        }
    }

    private synchronized SegmentBody openFirst() throws IOException {
        SegmentBody opened = body;
        if (opened != null) {
            return opened;
        }
        checkRest();
        long start = System.nanoTime();
        try {
            opened = open();
            readable();
            return opened;
        } catch (IOException e) {
            throw failed(e, start);
        }
    }

    /**
     * Reads once more after a read failed, by the thread that it failed for.
     *
     * @throws ChangedFileException if the file is not what it was
     * @throws IOException if it cannot be read now either
     */
    synchronized <T> T again(Read<T> read) throws IOException {
        checkRest();
        long start = System.nanoTime();
        try {
            SegmentBody opened = body;
            T result = read.of(opened == null || mayReopen(start) ? open() : opened);
            AsyncReadErrors.surface();
            readable();
            return result;
        } catch (EOFException e) {
            throw failed(new ChangedFileException(file.path() + " was truncated", e), start);
        } catch (IOException e) {
            throw failed(e, start);
        } catch (InternalError e) {
            throw failed(new IOException(file.path() + " cannot be read", e), start);
        }
    }

    /** Of a file with many damaged rows not each opens it once more. */
    @GuardedBy("this") private boolean mayReopen(long nowNanos) {
        if (reopened == 0 || nowNanos - reopenedAtNanos >= REST_NANOS) {
            reopenedAtNanos = nowNanos;
            reopened = 0;
        }
        return reopened++ < MAX_REOPENED;
    }

    @GuardedBy("this") private void checkRest() throws IOException {
        if (closed) {
            throw new IOException(file.path() + " was closed");
        }
        IOException last = failure;
        if (last != null && (System.nanoTime() - failedAtNanos < REST_NANOS || !outage.mayTry())) {
            throw last;
        }
    }

    @GuardedBy("this") private SegmentBody open() throws IOException {
        SegmentBody fresh = Interrupts.shield(this::openTwice);
        drop();
        body = fresh;
        return fresh;
    }

    private SegmentBody openTwice() throws IOException {
        try {
            return file.open(mapping);
        } catch (ChangedFileException e) {
            throw e;
        } catch (IOException e) {
            logger.debug("{} is opened once more", file.path(), e);
            return file.open(mapping);
        }
    }

    /** Who reads from the one before meets a closed file, and comes here. */
    @GuardedBy("this") private void drop() {
        SegmentBody old = body;
        body = null;
        resetTwin();
        try {
            if (old != null) {
                old.close();
            }
        } catch (IOException e) {
            logger.debug("cannot close {}", file.path(), e);
        }
    }

    @GuardedBy("this") private void readable() {
        failure = null;
        endOutage();
    }

    @GuardedBy("this") private void endOutage() {
        if (unreadable) {
            unreadable = false;
            outage.ended(file.path());
        }
    }

    @GuardedBy("this") private IOException failed(IOException cause, long startedAtNanos) {
        failure = cause;
        failedAtNanos = System.nanoTime();
        drop();
        if (cause instanceof ChangedFileException) {
            endOutage();
            tellOfChange(cause);
        } else {
            outage.failed(startedAtNanos);
            if (!unreadable) {
                unreadable = true;
                outage.began(file.path(), cause);
            }
        }
        return cause;
    }

    /** What a deleted file leaves to others is no damage: the store lets go of it. */
    private void tellOfChange(IOException cause) {
        if (cause instanceof DeletedFileException) {
            outage.deleted(file.path());
        } else {
            onChange.run();
        }
    }

    void close() throws IOException {
        twin.close(); // outside the monitor: the twin takes it while it opens
        closeBody();
    }

    private synchronized void closeBody() throws IOException {
        closed = true;
        endOutage();
        SegmentBody opened = body;
        if (opened != null) {
            opened.close();
        }
    }
}
