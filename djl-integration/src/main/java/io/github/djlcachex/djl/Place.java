package io.github.djlcachex.djl;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/**
 * The manager and device of a batch's outputs: those of its inputs, as for every block.
 *
 * @param manager the manager of the first input, which owns the outputs
 * @param device the device of the inputs
 */
record Place(NDManager manager, Device device) {

    static Place of(NDList inputs) {
        NDManager manager = inputs.head().getManager();
        for (NDArray input : inputs) {
            // an array of strings has no device, and PyTorch crashes the JVM when it is asked
            if (!RowSelector.isText(input)) {
                return new Place(manager, input.getDevice());
            }
        }
        return new Place(manager, manager.getDevice());
    }
}
