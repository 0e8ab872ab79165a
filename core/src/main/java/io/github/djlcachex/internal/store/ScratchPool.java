package io.github.djlcachex.internal.store;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The ScratchPool keeps the memory of earlier batches: as many parts as there are cores, each of at
 * most {@value #MAX_KEPT_BYTES} bytes. Safe for use by many threads.
 */
final class ScratchPool {

    static final int MAX_KEPT_BYTES = 4 << 20;

    private static final int MIN_BYTES = 64 << 10;

    private final ConcurrentLinkedQueue<Scratch> free = new ConcurrentLinkedQueue<>();
    private final AtomicInteger kept = new AtomicInteger();
    private final int maxKept = Runtime.getRuntime().availableProcessors();

    /** Returns memory for a batch, which the caller gives back. */
    Scratch take(long bytes) {
        Scratch pooled = free.poll();
        if (pooled != null) {
            kept.decrementAndGet();
            if (pooled.capacity() >= bytes) {
                pooled.clear();
                return pooled;
            }
        }
        long capacity = Math.max(MIN_BYTES, Long.highestOneBit(Math.max(1, bytes - 1)) << 1);
        return new Scratch(Math.toIntExact(Math.min(capacity, Math.max(bytes, MAX_KEPT_BYTES))));
    }

    void give(Scratch scratch) {
        if (scratch.capacity() <= MAX_KEPT_BYTES && kept.get() < maxKept) {
            kept.incrementAndGet();
            free.add(scratch);
        }
    }
}
