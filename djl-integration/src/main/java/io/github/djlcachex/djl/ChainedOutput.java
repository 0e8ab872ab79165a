package io.github.djlcachex.djl;

import ai.djl.ndarray.NDList;

import java.util.List;

/**
 * Two output functions, one after the other.
 *
 * @param first gets the block's outputs
 * @param second gets what the first returns
 */
record ChainedOutput(OutputFunction first, OutputFunction second) implements NamedOutput {

    @Override
    public NDList apply(NDList inputs, NDList outputs) {
        return second.apply(inputs, first.apply(inputs, outputs));
    }

    @Override
    public List<Object> parts() {
        return List.of("then", first, second);
    }

    @Override
    public boolean readsBytes() {
        return readsBytes(first) && readsBytes(second);
    }

    private static boolean readsBytes(OutputFunction function) {
        return function instanceof NamedOutput named && named.readsBytes();
    }

    @Override
    public String toString() {
        return first + ", " + second;
    }
}
