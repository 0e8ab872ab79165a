package io.github.djlcachex.djl;

import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

/**
 * An axis of an output along which rows have lengths of their own.
 *
 * @param output the name of the output, or its position
 * @param axis the axis of the output's array, counted from the end if negative; 0 is the batch
 * @param value what rows are padded with
 */
record PaddedAxis(Object output, int axis, Number value) {

    /** Returns an axis, after a check of what can be checked before there is an output. */
    static PaddedAxis of(Object output, int axis, Number value) {
        boolean holds = !(output instanceof Integer position) || position >= 0;
        Options.check(holds, "padOutput", "an output's name, or its position from 0", output);
        Options.check(
                axis != 0,
                "padOutput",
                "an axis behind the batch's, which is 0: 1 is the first of a row, -1 the last",
                axis);
        return new PaddedAxis(output, axis, Options.given("padOutput", value));
    }

    /** Tells whether it is of an output. */
    boolean isOf(@Nullable String name, int position) {
        return output instanceof Integer number ? number == position : output.equals(name);
    }

    /**
     * Returns the axis counted within a row, from 0.
     *
     * @param rank the number of a row's dimensions
     * @throws InvalidOptionException if the rows have no such axis
     */
    int ofRow(int rank) {
        int ofRow = axis > 0 ? axis - 1 : rank + axis;
        if (ofRow < 0 || ofRow >= rank) {
            throw new InvalidOptionException(
                    Problem.of(
                            "axis " + axis + " of output " + output + " in optPadOutput",
                            "an axis of an array with " + (1 + rank) + " axes, the batch's first",
                            "none",
                            "name the axis along which rows differ"));
        }
        return ofRow;
    }

    @Override
    public String toString() {
        return output + "[" + axis + "]=" + value;
    }
}
