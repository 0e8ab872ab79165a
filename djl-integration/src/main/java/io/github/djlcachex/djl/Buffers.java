package io.github.djlcachex.djl;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;

/** The contents of buffers in which users' blocks keep weights. */
final class Buffers {

    private Buffers() {}

    /** Returns all that is in a buffer, wherever it was read to. */
    static ByteBuffer bytesOf(Buffer buffer) {
        Buffer all = buffer.duplicate().clear();
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(all.capacity(), Long.BYTES));
        if (all instanceof ByteBuffer source) {
            bytes.put(source);
        } else if (all instanceof CharBuffer source) {
            bytes.asCharBuffer().put(source);
        } else if (all instanceof ShortBuffer source) {
            bytes.asShortBuffer().put(source);
        } else if (all instanceof IntBuffer source) {
            bytes.asIntBuffer().put(source);
        } else if (all instanceof LongBuffer source) {
            bytes.asLongBuffer().put(source);
        } else if (all instanceof FloatBuffer source) {
            bytes.asFloatBuffer().put(source);
        } else if (all instanceof DoubleBuffer source) {
            bytes.asDoubleBuffer().put(source);
        }
        return bytes.clear();
    }
}
