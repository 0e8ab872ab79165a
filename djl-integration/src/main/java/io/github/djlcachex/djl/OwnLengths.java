package io.github.djlcachex.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;

import io.github.djlcachex.djl.internal.engine.ArrayTypes;
import io.github.djlcachex.djl.internal.engine.ElementTypes;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.Supplier;

/**
 * OwnLengths are the lengths of a batch's rows without their padding, as far as the inputs tell
 * them. For one thread.
 */
final class OwnLengths {

    /** The length of a row whose inputs do not tell it. */
    static final int UNKNOWN = -1;

    /** The lengths of rows that are all of one shape. */
    static final OwnLengths NONE = withoutInputs(OutputPadding.NONE);

    /** The name of the mask by convention: DJL's tokenizers give none, but graphs do. */
    static final String MASK_NAME = "attention_mask";

    private final OutputPadding padding;
    private final NDList inputs;
    private final Supplier<List<GraphInput>> graph;
    private long @Nullable [] given;
    private @Nullable MaskRows mask;
    private boolean maskRead;

    /**
     * Creates the lengths of a batch.
     *
     * @param inputs the inputs of all its rows, without the ids
     * @param graph the inputs as the block declares them, or none
     */
    OwnLengths(OutputPadding padding, NDList inputs, Supplier<List<GraphInput>> graph) {
        this.padding = padding;
        this.inputs = inputs;
        this.graph = graph;
    }

    /** Returns the lengths of rows whose inputs are not there. */
    static OwnLengths withoutInputs(OutputPadding padding) {
        return new OwnLengths(padding, new NDList(), List::of);
    }

    OutputPadding padding() {
        return padding;
    }

    /**
     * Returns the length of a row along an axis, or {@link #UNKNOWN}.
     *
     * @param position the row's position in the batch
     * @param axis the length of the axis in the output
     * @throws UnsupportedOutputException if the function of lengths returns none that fits
     */
    int of(int position, int axis) {
        if (padding.lengths() != null) {
            return given(padding.lengths(), position, axis);
        }
        MaskRows found = mask();
        if (found == null || !found.has(position)) {
            return UNKNOWN; // one mask that all rows share is none of a row
        }
        if (found.length() != axis) {
            padding.maskOfOtherLength(found.length(), axis);
            return UNKNOWN;
        }
        return found.lengthOf(position);
    }

    private int given(RowLengths function, int position, int axis) {
        long[] all = given;
        if (all == null) {
            all = function.of(inputs);
            given = all;
        }
        long length = all == null || position >= all.length ? UNKNOWN : all[position];
        if (length < 0 || length > axis) {
            throw new UnsupportedOutputException(
                    Problem.of(
                            "length of row " + position + " by optRowLengths",
                            "a number from 0 to " + axis + ", the length of the output's axis",
                            length == UNKNOWN ? "none" : String.valueOf(length),
                            "return one for each row of the inputs"));
        }
        return (int) length;
    }

    /**
     * Returns the length to which the inputs of the batch were padded, if one of them shows it: it
     * has zeros behind the length of each row, and nowhere else at its end.
     *
     * <p>The block's own output is of that length, however long the longest row is. Whoever
     * multiplies it with the mask needs outputs of the cache of that length too.
     *
     * @param lengths the length of each row of the batch
     * @return the length, or 0
     */
    int paddedLength(int[] lengths) {
        for (NDArray input : inputs) {
            if (isMask(input)) {
                MaskRows rows = MaskRows.of(input, input.getShape());
                if (endsAt(lengths, rows)) {
                    return rows.length();
                }
            }
        }
        return 0;
    }

    private static boolean endsAt(int[] lengths, MaskRows rows) {
        for (int row = 0; row < lengths.length; row++) {
            if (!rows.has(row) || lengths[row] != rows.lengthOf(row)) { // shared inputs have fewer
                return false;
            }
        }
        return true;
    }

    private @Nullable MaskRows mask() {
        if (!maskRead) {
            maskRead = true;
            NDArray array = maskArray();
            if (array != null) {
                mask = MaskRows.of(array, array.getShape());
            }
        }
        return mask;
    }

    private @Nullable NDArray maskArray() {
        int position = padding.mask();
        if (position != ContentInputs.NO_MASK) {
            return position < inputs.size() ? inputs.get(position) : null;
        }
        for (NDArray input : inputs) {
            if (MASK_NAME.equals(input.getName())) {
                return isMask(input) ? input : null;
            }
        }
        List<GraphInput> declared = graph.get();
        for (int i = 0; i < declared.size() && declared.size() == inputs.size(); i++) {
            if (MASK_NAME.equals(declared.get(i).name())) {
                return isMask(inputs.get(i)) ? inputs.get(i) : null;
            }
        }
        return null;
    }

    private static boolean isMask(NDArray input) {
        Shape shape = input.getShape();
        return shape.dimension() == 2 && ElementTypes.isSupported(ArrayTypes.orUnknown(input));
    }
}
