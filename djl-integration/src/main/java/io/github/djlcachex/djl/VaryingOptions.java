package io.github.djlcachex.djl;

import io.github.djlcachex.row.GivenOptions;
import io.github.djlcachex.row.InvalidOptionException;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** The options of a builder that say what becomes of rows of different shapes. */
final class VaryingOptions {

    private final GivenOptions given;
    private final List<PaddedAxis> axes = new ArrayList<>();
    private @Nullable VaryingRows rows;
    private @Nullable RowLengths lengths;
    private boolean returnsLengths;

    VaryingOptions(GivenOptions given) {
        this.given = given;
    }

    void setRows(VaryingRows rows) {
        this.rows = given.once("varyingRows", rows);
    }

    /** Declares an axis, which may be done for several. */
    void pad(Object output, int axis, Number value) {
        PaddedAxis padded = PaddedAxis.of(Options.given("padOutput", output), axis, value);
        given.once("value of padOutput of output " + output, value);
        if (!axes.contains(padded)) {
            axes.add(padded);
        }
    }

    void setLengths(RowLengths lengths) {
        this.lengths = given.once("rowLengths", lengths);
    }

    void returnLengths() {
        this.returnsLengths = true;
    }

    /** Returns what becomes of a batch whose rows differ from the cached ones elsewhere. */
    VaryingRows rows() {
        return rows == null ? VaryingRows.UNCACHED : rows;
    }

    /**
     * Returns the declared padding.
     *
     * @param mask the position of the input that is a mask, or {@link ContentInputs#NO_MASK}
     * @throws InvalidOptionException if options contradict each other
     */
    OutputPadding padding(int mask) {
        if (axes.isEmpty()) {
            Options.check(rows != VaryingRows.PAD, "varyingRows", "optPadOutput with PAD", "none");
            Options.check(lengths == null, "rowLengths", "optPadOutput too", "none");
            Options.check(!returnsLengths, "returnLengths", "optPadOutput too", "none");
            return OutputPadding.NONE;
        }
        Options.check(
                rows != VaryingRows.UNCACHED,
                "varyingRows",
                "PAD or REFUSE with optPadOutput",
                rows());
        return OutputPadding.of(axes, lengths, mask, returnsLengths);
    }
}
