package io.github.djlcachex.djl;

import ai.djl.nn.SymbolBlock;

import java.io.DataOutputStream;
import java.io.IOException;

/** How a module is written. */
final class TorchModules {

    private TorchModules() {}

    static void save(SymbolBlock block, DataOutputStream out) throws IOException {
        block.saveParameters(out);
    }
}
