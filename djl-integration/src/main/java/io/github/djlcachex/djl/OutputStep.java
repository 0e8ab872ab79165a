package io.github.djlcachex.djl;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import io.github.djlcachex.djl.internal.engine.Engines;
import io.github.djlcachex.row.Problem;

/** The step between the wrapped block and the cache: nothing, or an output function. */
interface OutputStep {

    /** Caches the outputs unchanged. */
    OutputStep NONE = (place, scratch, inputs, outputs) -> outputs;

    /**
     * Returns the arrays to cache.
     *
     * @param place where the batch is
     * @param scratch a manager that is closed once the result was read
     * @param inputs what the block ran on
     * @param outputs what it returned
     */
    NDList apply(Place place, NDManager scratch, NDList inputs, NDList outputs);

    static OutputStep of(OutputFunction function) {
        boolean readsBytes = function instanceof NamedOutput named && named.readsBytes();
        return (place, scratch, inputs, outputs) -> {
            String home = Engines.nameOf(place.manager());
            boolean computes = !Engines.nameOf(scratch).equals(Engines.ONNX_RUNTIME);
            if (readsBytes || computes || home.equals(Engines.ONNX_RUNTIME)) {
                return checked(function, function.apply(inputs, outputs));
            }
            NDManager computing = NDManager.newBaseManager(place.device(), home);
            scratch.attachInternal(computing.getName(), computing);
            return checked(
                    function,
                    function.apply(
                            RowSelector.copies(computing, inputs),
                            RowSelector.copies(computing, outputs)));
        };
    }

    private static NDList checked(OutputFunction function, NDList result) {
        if (result == null || result.isEmpty()) {
            throw new UnsupportedOutputException(
                    Problem.of(
                            "output function " + function,
                            "at least one array",
                            result == null ? "null" : "none",
                            "return what is to be cached"));
        }
        return result;
    }
}
