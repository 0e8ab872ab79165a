package io.github.djlcachex.tensor;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;

import java.util.List;
import java.util.Optional;

/** The way from arrays of DJL to entries and back. No other class of the cache's meets arrays. */
final class DjlArrays {

    private DjlArrays() {}

    static TensorPut put(
            Entries entries, long limit, TensorKey key, NDList arrays, TensorOptions how) {
        try (ArraySources sources = new ArraySources(limit)) {
            Origin origin = new Origin(ArraySources.engineOf(arrays), null, null);
            List<Source> tensors = sources.of(arrays);
            long copied = ArraySources.copiedBytes(arrays, tensors);
            return entries.put(key, tensors, origin, how, copied);
        }
    }

    static Optional<NDList> get(Entries entries, long limit, Head head, NDManager manager) {
        ChunkReader reader = entries.reader(head);
        NDManager able = OwnManager.withEngine(manager, head);
        NDList arrays = new ArrayMaker(able, limit, reader::read).make(head);
        entries.count(arrays != null);
        return arrays == null ? entries.damaged(head.key()) : Optional.of(arrays);
    }

    static TensorComparison compare(NDList original, NDList cached, double tolerance) {
        try (ArraySources sources = new ArraySources(Integer.MAX_VALUE)) {
            return new Comparison(tolerance).of(sources.of(original), sources.of(cached));
        }
    }

    static TensorPut putParameters(
            Entries entries, long limit, TensorKey key, Block block, TensorOptions how) {
        BlockParameterSet parameters = BlockParameterSet.of(block);
        try (ArraySources arrays = new ArraySources(limit)) {
            List<Source> sources = parameters.sources(arrays);
            return entries.put(key, sources, parameters.origin(sources), how, 0);
        }
    }

    static boolean restoreParameters(
            Entries entries, long limit, Head head, Block block, NDManager manager) {
        String fingerprint = head.fingerprint();
        if (fingerprint == null) {
            throw BlockParameterSet.mismatch(head, "parameters of a block", "an entry of arrays");
        }
        BlockParameterSet.of(block).initialize(head, manager);
        BlockParameterSet parameters = BlockParameterSet.of(block);
        parameters.check(head);
        try (NDManager scratch = manager.newSubManager();
                ArraySources sources = new ArraySources(limit)) {
            NDList arrays = get(entries, limit, head, scratch).orElse(null);
            if (arrays == null) {
                return false;
            }
            String found = BlockParameterSet.fingerprint(sources.of(arrays));
            if (!found.equals(fingerprint)) {
                throw BlockParameterSet.mismatch(head, "fingerprint " + fingerprint, found);
            }
            parameters.restore(head, arrays);
            return true;
        }
    }
}
