package io.github.djlcachex.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The contents of a plane, which are read or filled piece by piece, by several threads. */
interface Bytes {

    /** Returns a piece, little-endian, from position 0 to its limit. */
    ByteBuffer slice(long offset, int length);

    /** Returns the contents of a buffer from position 0 to its capacity. */
    static Bytes of(ByteBuffer buffer) {
        return (offset, length) ->
                buffer.slice(Math.toIntExact(offset), length).order(ByteOrder.LITTLE_ENDIAN);
    }
}
