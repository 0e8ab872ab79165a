package io.github.djlcachex.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.RowShapes;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts each row of the outputs to its own length.
 *
 * <p>The length is what the inputs tell of it, else that of the row without trailing slices that
 * are wholly the padding value.
 */
final class RowCuts {

    private final RowSchema schema;
    private final OwnLengths lengths;

    /**
     * Creates the cuts of a batch.
     *
     * @param schema the columns, variable along the axes that are cut
     */
    RowCuts(RowSchema schema, OwnLengths lengths) {
        this.schema = schema;
        this.lengths = lengths;
    }

    /** An output, whose rows are as long as the longest one. */
    private static final class Uncut {

        private final ByteBuffer bytes;
        private final int[] shape;
        private final int[] axes;
        private final PaddingValue value;

        Uncut(ByteBuffer bytes, int[] shape, int[] axes, PaddingValue value) {
            this.bytes = bytes;
            this.shape = shape;
            this.axes = axes;
            this.value = value;
        }

        int rowBytes() {
            return RowBoxes.elements(shape) * value.width();
        }
    }

    /**
     * Returns the rows, in memory of the JVM.
     *
     * @param outputs the outputs in the order of the columns
     * @param positions the position in the batch of each row
     */
    RowBatch of(NDList outputs, int[] positions) {
        List<Uncut> columns = new ArrayList<>(outputs.size());
        for (int i = 0; i < outputs.size(); i++) {
            columns.add(uncut(outputs.get(i), i));
        }
        RowShapes.Builder shapes = RowShapes.builder(schema);
        for (int row = 0; row < positions.length; row++) {
            shapes.add(ownShapes(columns, row, positions[row]));
        }
        RowBatch rows = RowBatch.allocateOnHeap(shapes.build());
        for (int i = 0; i < columns.size(); i++) {
            copy(columns.get(i), i, rows);
        }
        return rows;
    }

    private Uncut uncut(NDArray output, int position) {
        Column column = schema.columns().get(position);
        int[] shape = new int[column.rank()];
        for (int axis = 0; axis < shape.length; axis++) {
            shape[axis] = Math.toIntExact(output.getShape().get(1 + axis));
        }
        return new Uncut(
                ComputedRows.bytesOf(output, position).slice().order(ByteOrder.LITTLE_ENDIAN),
                shape,
                OutputPadding.variableAxes(column),
                lengths.padding().valueOf(column, position));
    }

    /** Returns the own shape of a row in each column that is cut. */
    private int[][] ownShapes(List<Uncut> columns, int row, int position) {
        return columns.stream()
                .filter(column -> column.axes.length > 0)
                .map(column -> ownShape(column, row, position))
                .toArray(int[][]::new);
    }

    private int[] ownShape(Uncut column, int row, int position) {
        int[] own = column.shape.clone();
        for (int axis : column.axes) {
            int told = lengths.of(position, column.shape[axis]);
            own[axis] =
                    told == OwnLengths.UNKNOWN
                            ? RowBoxes.lengthOf(
                                    column.bytes,
                                    row * column.rowBytes(),
                                    column.shape,
                                    axis,
                                    column.value)
                            : told;
        }
        return own;
    }

    private static void copy(Uncut column, int number, RowBatch rows) {
        for (int row = 0; row < rows.rows(); row++) {
            RowBoxes.cut(
                    column.bytes,
                    row * column.rowBytes(),
                    column.shape,
                    rows.buffer(number),
                    rows.shapes().offset(number, row),
                    rows.shapes().shape(number, row),
                    column.value.width());
        }
    }
}
