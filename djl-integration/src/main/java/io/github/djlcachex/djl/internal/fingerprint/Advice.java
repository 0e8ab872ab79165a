package io.github.djlcachex.djl.internal.fingerprint;

/** Advice that several messages share. */
final class Advice {

    static final String NAME_THE_WEIGHTS =
            "give the model by setModel, or name its files by"
                    + " optFingerprint(ModuleFingerprint.ofFiles(...)), or its weights by another"
                    + " text of optFingerprint";

    private Advice() {}
}
