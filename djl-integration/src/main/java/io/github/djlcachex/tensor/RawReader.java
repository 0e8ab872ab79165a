package io.github.djlcachex.tensor;

import io.github.djlcachex.row.Problem;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads an entry into buffers on the heap. */
final class RawReader {

    private RawReader() {}

    static Optional<List<RawTensor>> read(Entries entries, Head head) {
        ChunkReader reader = entries.reader(head);
        List<RawTensor> tensors = new ArrayList<>();
        for (StoredTensor tensor : head.tensors()) {
            List<ByteBuffer> planes = new ArrayList<>();
            for (StoredPlane plane : tensor.planes()) {
                ByteBuffer bytes = room(tensor, plane.size());
                if (!reader.read(plane, Bytes.of(bytes))) {
                    return entries.damaged(head.key());
                }
                planes.add(bytes);
            }
            tensors.add(RawTensor.of(tensor, planes));
        }
        return Optional.of(tensors);
    }

    private static ByteBuffer room(StoredTensor tensor, long bytes) {
        if (bytes > Integer.MAX_VALUE) {
            throw new UnsupportedTensorException(
                    Problem.of(
                            "stored tensor " + tensor.name(),
                            "at most " + Integer.MAX_VALUE + " bytes",
                            bytes + " bytes",
                            "get it as an array of PyTorch"));
        }
        return ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
