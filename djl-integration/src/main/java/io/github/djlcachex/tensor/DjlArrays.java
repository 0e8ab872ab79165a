package io.github.djlcachex.tensor;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import java.util.List;
import java.util.Optional;

/** The way from arrays of DJL to entries and back. No other class of the cache's meets arrays. */
final class DjlArrays {

    private DjlArrays() {}

    static TensorPut put(
            Entries entries, long limit, TensorKey key, NDList arrays, TensorOptions how) {
        try (ArraySources sources = new ArraySources(limit)) {
            Entries.Origin origin = new Entries.Origin(ArraySources.engineOf(arrays), null, null);
            List<Source> tensors = sources.of(arrays);
            long copied = ArraySources.copiedBytes(arrays, tensors);
            return entries.put(key, tensors, origin, how, copied);
        }
    }

    static Optional<NDList> get(Entries entries, long limit, Head head, NDManager manager) {
        ChunkReader reader = entries.reader(head);
        NDList arrays = new ArrayMaker(manager, limit, reader::read).make(head);
        entries.count(arrays != null);
        return arrays == null ? entries.damaged(head.key()) : Optional.of(arrays);
    }
}
