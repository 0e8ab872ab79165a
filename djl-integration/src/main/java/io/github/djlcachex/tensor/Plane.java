package io.github.djlcachex.tensor;

import java.nio.ByteBuffer;

/** A plane of a tensor that is put: its elements, or the coordinates of a sparse tensor's. */
record Plane(TensorType type, long size, Bytes bytes) {

    static Plane of(TensorType type, ByteBuffer buffer) {
        return new Plane(type, buffer.capacity(), Bytes.of(buffer));
    }
}
