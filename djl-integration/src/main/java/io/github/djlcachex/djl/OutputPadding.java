package io.github.djlcachex.djl;

import io.github.djlcachex.djl.internal.Loggers;
import io.github.djlcachex.djl.internal.Warnings;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.RowSchema;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** OutputPadding says along which axes output rows differ in length, and what pads them. */
final class OutputPadding {

    /** No axis: all rows have one shape. */
    static final OutputPadding NONE =
            new OutputPadding(List.of(), null, null, ContentInputs.NO_MASK, false);

    private final List<PaddedAxis> axes;
    private final @Nullable Number ofAll;
    private final @Nullable RowLengths lengths;
    private final int mask;
    private final boolean returnsLengths;
    private final AtomicBoolean warned = new AtomicBoolean();

    private OutputPadding(
            List<PaddedAxis> axes,
            @Nullable Number ofAll,
            @Nullable RowLengths lengths,
            int mask,
            boolean returnsLengths) {
        this.axes = List.copyOf(axes);
        this.ofAll = ofAll;
        this.lengths = lengths;
        this.mask = mask;
        this.returnsLengths = returnsLengths;
    }

    /**
     * Returns the padding of declared axes.
     *
     * @param lengths tells the lengths of rows, or null if the inputs or outputs do
     * @param mask the position of the input that is a mask, or {@link ContentInputs#NO_MASK}
     * @param returnsLengths whether the lengths are outputs too
     */
    static OutputPadding of(
            List<PaddedAxis> axes, @Nullable RowLengths lengths, int mask, boolean returnsLengths) {
        return new OutputPadding(axes, null, lengths, mask, returnsLengths);
    }

    /** Returns the padding of whatever varies in stored rows. */
    static OutputPadding ofAll(Number value, boolean returnsLengths) {
        return new OutputPadding(List.of(), value, null, ContentInputs.NO_MASK, returnsLengths);
    }

    /** Tells whether all rows have one shape. */
    boolean isNone() {
        return axes.isEmpty() && ofAll == null;
    }

    boolean returnsLengths() {
        return returnsLengths;
    }

    @Nullable RowLengths lengths() {
        return lengths;
    }

    /** Returns the position of the input that is a mask, or {@link ContentInputs#NO_MASK}. */
    int mask() {
        return mask;
    }

    /**
     * Returns the axes of an output's rows that vary, counted within a row.
     *
     * @param rank the number of a row's dimensions
     * @throws InvalidOptionException if one is declared that the rows do not have
     */
    int[] axesOf(@Nullable String name, int position, int rank) {
        return axes.stream()
                .filter(axis -> axis.isOf(name, position))
                .mapToInt(axis -> axis.ofRow(rank))
                .distinct()
                .sorted()
                .toArray();
    }

    /**
     * Checks that each declared output is there.
     *
     * @throws InvalidOptionException if one is not
     */
    void check(List<Column> columns) {
        for (PaddedAxis axis : axes) {
            if (columnOf(axis, columns) < 0) {
                throw new InvalidOptionException(
                        Problem.of(
                                "output " + axis.output() + " of optPadOutput",
                                "one of the outputs " + columns,
                                "none of that name or position",
                                "name one of them, or give its position"));
            }
        }
    }

    private static int columnOf(PaddedAxis axis, List<Column> columns) {
        return IntStream.range(0, columns.size())
                .filter(i -> axis.isOf(columns.get(i).name(), i))
                .findFirst()
                .orElse(-1);
    }

    /** Tells whether rows vary along the axes of this padding, and along no other. */
    boolean covers(@Nullable RowSchema stored) {
        if (stored == null || ofAll != null) {
            return true;
        }
        if (isNone()) {
            return !stored.isVariable();
        }
        for (int i = 0; i < stored.columns().size(); i++) {
            Column column = stored.columns().get(i);
            if (!Arrays.equals(variableAxes(column), axesOf(column.name(), i, column.rank()))) {
                return false;
            }
        }
        return true;
    }

    static int[] variableAxes(Column column) {
        return IntStream.range(0, column.rank())
                .filter(axis -> column.dimension(axis) == Column.VARIABLE)
                .toArray();
    }

    /**
     * Returns what rows of a column are padded with.
     *
     * @throws InvalidOptionException if the column's type has no such value
     */
    PaddingValue valueOf(Column column, int position) {
        Number value = ofAll;
        for (PaddedAxis axis : axes) {
            value = axis.isOf(column.name(), position) ? axis.value() : value;
        }
        return PaddingValue.of(value == null ? 0 : value, column);
    }

    /** Returns column and axis, counted within a row, of each axis, as it was declared. */
    List<int[]> positionsIn(RowSchema schema) {
        List<Column> columns = schema.columns();
        if (ofAll != null) {
            return IntStream.range(0, columns.size())
                    .boxed()
                    .flatMap(
                            c ->
                                    Arrays.stream(variableAxes(columns.get(c)))
                                            .mapToObj(axis -> new int[] {c, axis}))
                    .toList();
        }
        return axes.stream()
                .map(
                        axis -> {
                            int column = columnOf(axis, columns);
                            return new int[] {column, axis.ofRow(columns.get(column).rank())};
                        })
                .toList();
    }

    /** Returns the number of arrays of lengths behind the outputs. */
    int lengthArrays() {
        return returnsLengths ? axes.size() : 0;
    }

    /** Warns that a mask does not tell the lengths. */
    void maskOfOtherLength(int width, int axis) {
        if (!warned.getAndSet(true)) {
            Warnings.warn(
                    Loggers.DECORATOR,
                    "The mask of a batch has {} columns and the padded axis of its output {}: rows"
                            + " are cut where the padding value begins. Give the lengths of rows by"
                            + " optRowLengths.",
                    width,
                    axis);
        }
    }

    /** Returns what tells rows that are stored so from others, for a fingerprint. */
    String text() {
        return axes.stream().map(PaddedAxis::toString).sorted().collect(Collectors.joining(","));
    }
}
