package io.github.djlcachex.internal.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Scratch is the memory in which one thread converts rows of one batch. */
final class Scratch {

    /** So many numbers at once are in the arrays, which stay in the processor's first cache. */
    static final int CHUNK = 1024;

    private static final int ALIGNMENT = Long.BYTES;

    final float[] values = new float[CHUNK];
    final short[] halves = new short[CHUNK];
    final byte[] bytes = new byte[CHUNK];
    private final ByteBuffer memory;
    private int used;

    Scratch(int capacity) {
        memory = ByteBuffer.allocate(capacity);
    }

    int capacity() {
        return memory.capacity();
    }

    /** The memory that so many bytes of a column take. */
    static long sizeOf(long columnBytes) {
        return (columnBytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    void clear() {
        used = 0;
    }

    /** Returns a part that no other column has; what is in it is undefined. */
    ByteBuffer take(int columnBytes) {
        ByteBuffer part = memory.slice(used, columnBytes).order(ByteOrder.LITTLE_ENDIAN);
        used += (int) sizeOf(columnBytes);
        return part;
    }
}
