package io.github.djlcachex.djl;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/**
 * Where the outputs of a batch are made: as those of every block, beside its inputs.
 *
 * @param manager the manager of the first input, which owns the outputs
 * @param device the device of the inputs
 */
record Place(NDManager manager, Device device) {

    static Place of(NDList inputs) {
        NDManager manager = inputs.head().getManager();
        for (NDArray input : inputs) {
            // an array of strings is on no device, and PyTorch crashes the JVM when it is asked
            if (!RowSelector.isText(input)) {
                return new Place(manager, input.getDevice());
            }
        }
        return new Place(manager, manager.getDevice());
    }
}
