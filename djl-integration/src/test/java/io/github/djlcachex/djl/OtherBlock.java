package io.github.djlcachex.djl;

import ai.djl.ndarray.NDList;

/** A block of the same setting and other code. */
final class OtherBlock extends SettingBlock {

    OtherBlock(int factor) {
        super(factor);
    }

    @Override
    NDList compute(NDList inputs) {
        return new NDList(inputs.head().neg());
    }
}
