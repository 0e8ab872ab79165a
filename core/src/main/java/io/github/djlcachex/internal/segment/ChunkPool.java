package io.github.djlcachex.internal.segment;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * The memory of segments that were written, for those that come. Safe for use by many threads.
 *
 * <p>New memory would be zeroed, and copied by the garbage collector while it waits to be written,
 * which takes longer than to fill it. A chunk is whatever its last user left there.
 */
public final class ChunkPool {

    private final long maxBytes;

    @GuardedBy("this") private final Map<Integer, Deque<byte[]>> chunksBySize = new HashMap<>();

    @GuardedBy("this") private long bytes;

    /**
     * Creates an empty pool.
     *
     * @param maxBytes the most that it keeps
     */
    public ChunkPool(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** A chunk of exactly this size, new or used. */
    synchronized byte[] take(int size) {
        Deque<byte[]> chunks = chunksBySize.get(size);
        byte[] chunk = chunks == null ? null : chunks.poll();
        if (chunk == null) {
            return new byte[size];
        }
        bytes -= size;
        return chunk;
    }

    /**
     * Takes a chunk that no thread writes to any more. A reader still looks at the source table
     * once more.
     */
    synchronized void give(byte[] chunk) {
        if (bytes + chunk.length <= maxBytes) {
            bytes += chunk.length;
            chunksBySize.computeIfAbsent(chunk.length, size -> new ArrayDeque<>()).push(chunk);
        }
    }

    /**
     * Returns how much it keeps.
     *
     * @return the size in bytes
     */
    public synchronized long bytes() {
        return bytes;
    }

    /** Lets all memory go. */
    public synchronized void clear() {
        chunksBySize.clear();
        bytes = 0;
    }
}
