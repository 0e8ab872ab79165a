package io.github.djlcachex.djl;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;

/** What is known of an engine where the cheapest safe way depends on it. */
final class Engines {

    private Engines() {}

    /** Tells whether rows can be selected by an array of indices, and slices are views. */
    static boolean isPyTorch(NDManager manager) {
        return "PyTorch".equals(manager.getEngine().getEngineName());
    }

    /** Tells whether the buffer of a new array is the array's own memory. */
    static boolean sharesMemory(NDManager manager, Device device) {
        return isPyTorch(manager)
                && Device.cpu().equals(device)
                && Device.cpu().equals(manager.getDevice());
    }
}
