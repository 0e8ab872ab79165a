package io.github.djlcachex.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;

import io.github.djlcachex.djl.internal.engine.ArrayTypes;
import io.github.djlcachex.djl.internal.engine.Engines;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

/**
 * Checks that a block's engine can take a batch, whether its rows are hits or not.
 *
 * <p>A batch that works while all its rows are cached must not fail at the first miss, and no array
 * may reach native code that crashes on it.
 */
final class BlockInputs {

    private BlockInputs() {}

    /**
     * Checks the inputs of a batch.
     *
     * @param engine the engine whose arrays the block needs, or null if it takes those of any
     * @param torchScript whether a TorchScript module takes the inputs as they are
     * @param cut whether rows may be picked from the inputs
     * @throws UnsupportedInputException if one can neither be taken nor converted
     */
    static void check(NDList inputs, @Nullable String engine, boolean torchScript, boolean cut) {
        for (int i = 0; i < inputs.size(); i++) {
            NDArray input = inputs.get(i);
            String home = Engines.nameOf(input.getManager());
            String target = engine == null ? home : engine;
            boolean converted = !home.equals(target);
            if (RowSelector.isText(input)) {
                checkNotForTorchScript(input, i, torchScript);
                checkText(input, i, home, converted || cut);
            } else if (converted || (cut && !Engines.PYTORCH.equals(home))) {
                checkBytes(input, i, target, converted);
            }
        }
    }

    private static void checkNotForTorchScript(NDArray input, int position, boolean torchScript) {
        if (torchScript && !CallVariant.isMethodMarker(input)) {
            throw new UnsupportedInputException(
                    Problem.of(
                            "input " + position,
                            "an array of numbers, which a TorchScript module can take",
                            "an array of strings",
                            "turn the texts into numbers in front of the module, with a tokenizer"));
        }
    }

    private static void checkText(NDArray input, int position, String home, boolean read) {
        if (read && Engines.ONNX_RUNTIME.equals(home) && input.getShape().dimension() != 1) {
            throw new UnsupportedInputException(
                    Problem.of(
                            "input " + position,
                            "strings of shape (N)",
                            "strings of shape " + input.getShape(),
                            "DJL reads no other arrays of strings of ONNX Runtime: pass the texts as one"
                                    + " dimension"));
        }
    }

    private static void checkBytes(NDArray input, int position, String engine, boolean converted) {
        if (!isGiven(ArrayTypes.of(input), engine, converted) || input.isSparse()) {
            throw new UnsupportedInputException(
                    Problem.of(
                            "input " + position,
                            "a dense array of a type that " + engine + " can be given",
                            (input.isSparse() ? "a sparse array of " : "")
                                    + ArrayTypes.nameOf(input)
                                    + " of "
                                    + Engines.nameOf(input.getManager()),
                            "convert the input with toType in front of the block"));
        }
    }

    /** Tells whether the engine creates arrays of a type, or DJL converts them. */
    private static boolean isGiven(@Nullable DataType type, String engine, boolean converted) {
        boolean byDjl = !Engines.TENSORFLOW.equals(engine) || type != DataType.FLOAT16;
        return type != null
                && Engines.creates(engine, type)
                && (!converted || (byDjl && type != DataType.BFLOAT16));
    }
}
