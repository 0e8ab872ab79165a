package io.github.djlcachex.djl.internal.engine;

import ai.djl.ndarray.NDArray;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/**
 * A pool of direct buffers for arrays of engines that do not expose their own memory.
 *
 * <p>The JVM frees a direct buffer only when it is garbage-collected, and limits their total size;
 * one buffer a batch would exhaust it. A buffer is reused once the array made from it is closed,
 * and not before: the engine may use the buffer as the memory of the array, as ONNX Runtime does.
 *
 * <p>Safe for use by several threads.
 */
final class DirectBuffers {

    /** The buffers of all decorators, since an array does not tell which decorator made it. */
    static final DirectBuffers SHARED = new DirectBuffers(Runtime.getRuntime().maxMemory() / 16);

    private static final Logger logger = LoggerFactory.getLogger(DirectBuffers.class);

    /** Lent buffers above this number are left to the garbage collector. */
    private static final int MAX_LENT = 64;

    private static final int MAX_FREE = 8;
    private static final int MIN_BYTES = 4_096;

    /** A buffer serves arrays of at least one part in this many of its size. */
    private static final int MAX_WASTE = 4;

    private final long maxBytes;
    private final Deque<Loan> lent = new ArrayDeque<>();
    private final List<ByteBuffer> free = new ArrayList<>();

    /**
     * A buffer that an array was made from. The record keeps the array reachable, since a collected
     * array cannot tell whether it was closed.
     *
     * @param buffer the buffer
     * @param array the array
     * @param memory what ONNX Runtime makes of the buffer, which another array may take over
     */
    private record Loan(ByteBuffer buffer, NDArray array, @Nullable Object memory) {

        boolean isOver() throws ReflectiveOperationException {
            return array.isReleased()
                    && (memory == null || Boolean.TRUE.equals(Hidden.answer(memory, "isClosed")));
        }
    }

    DirectBuffers(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Returns a buffer of undefined contents and of at least this many bytes. */
    synchronized ByteBuffer take(int bytes) {
        reclaim();
        int best = -1;
        for (int i = 0; i < free.size(); i++) {
            int capacity = free.get(i).capacity();
            boolean fits = capacity >= bytes && capacity / MAX_WASTE <= Math.max(bytes, MIN_BYTES);
            if (fits && (best < 0 || capacity < free.get(best).capacity())) {
                best = i;
            }
        }
        return best < 0 ? ByteBuffer.allocateDirect(rounded(bytes)) : free.remove(best);
    }

    /** Rounds up by a quarter at most, so that batches of about one size share buffers. */
    private static int rounded(int bytes) {
        long step = Math.max(MIN_BYTES, Integer.highestOneBit(Math.max(1, bytes)) / MAX_WASTE);
        long rounded = (bytes + step - 1) / step * step;
        return (int) Math.min(Math.max(rounded, MIN_BYTES), Integer.MAX_VALUE);
    }

    /** Returns an unused buffer to the pool. */
    synchronized void giveBack(ByteBuffer buffer) {
        free.add(buffer);
        while (free.size() > MAX_FREE || bytesOf(free.stream()) > maxBytes) {
            free.remove(0); // the size that was requested least recently
        }
    }

    /** Returns a buffer to the pool once the array that was made from it is closed. */
    synchronized void lend(ByteBuffer buffer, NDArray array) {
        try {
            lent.add(new Loan(buffer, array, memoryOf(array)));
        } catch (ReflectiveOperationException e) {
            logger.debug("what an array uses cannot be seen; its buffer is not used again", e);
        }
        while (lent.size() > MAX_LENT || bytesOf(lent.stream().map(Loan::buffer)) > maxBytes) {
            lent.remove();
        }
    }

    private static long bytesOf(Stream<ByteBuffer> buffers) {
        return buffers.mapToLong(ByteBuffer::capacity).sum();
    }

    private static @Nullable Object memoryOf(NDArray array) throws ReflectiveOperationException {
        if (!Engines.ONNX_RUNTIME.equals(Engines.nameOf(array.getManager()))) {
            return null;
        }
        if (Hidden.field(array.getClass(), "tensor", array) instanceof AtomicReference<?> tensor) {
            return tensor.get();
        }
        throw new NoSuchFieldException("tensor");
    }

    private void reclaim() {
        for (Iterator<Loan> loans = lent.iterator(); loans.hasNext(); ) {
            Loan loan = loans.next();
            try {
                if (loan.isOver()) {
                    loans.remove();
                    giveBack(loan.buffer);
                }
            } catch (ReflectiveOperationException e) {
                logger.debug("an array's memory does not answer; its buffer is not used again", e);
                loans.remove();
            }
        }
    }
}
