package io.github.djlcachex.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import io.github.djlcachex.djl.internal.engine.ArrayBuilder;
import io.github.djlcachex.djl.internal.engine.ElementTypes;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;

import java.nio.LongBuffer;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The outputs of a batch whose rows differ in length. How long the arrays must be is known once all
 * rows are there, so the rows stay where they are until then, on the heap.
 */
final class VaryingOutputs implements BatchOutputs {

    /** The name of the array of lengths; with several axes a number follows. */
    static final String LENGTHS = "row_lengths";

    private final Place place;
    private final RowSchema schema;
    private final OwnLengths lengths;
    private final RowBatch[] sources;
    private final int[] sourceRows;

    VaryingOutputs(Place place, RowSchema schema, int count, OwnLengths lengths) {
        this.place = place;
        this.schema = schema;
        this.lengths = lengths;
        this.sources = new RowBatch[count];
        this.sourceRows = new int[count];
    }

    /** A list of padded arrays that remembers the rows that they are made of. */
    static final class Padded extends NDList {

        private static final long serialVersionUID = 1L;

        private final transient VaryingOutputs outputs;

        Padded(VaryingOutputs outputs) {
            this.outputs = outputs;
        }

        RowSchema schema() {
            return outputs.schema;
        }

        /** Copies a row without its padding. */
        void copyTo(BatchOutputs target, int row, int targetRow) {
            target.put(targetRow, outputs.sources[row], outputs.sourceRows[row]);
        }
    }

    @Override
    public RowSchema schema() {
        return schema;
    }

    @Override
    public int[] read(RowStore store, Keys keys) {
        RowBatch stored = store.allocate(keys, schema);
        int[] missing = store.gather(keys, stored, IntStream.range(0, keys.size()).toArray());
        for (int row = 0, next = 0; row < keys.size(); row++) {
            if (next < missing.length && missing[next] == row) {
                next++;
            } else {
                put(row, stored, row);
            }
        }
        return missing;
    }

    @Override
    public void put(int row, RowBatch source, int sourceRow) {
        sources[row] = source;
        sourceRows[row] = sourceRow;
    }

    @Override
    public RowDistance distance(int row, RowBatch computed, RowBatch rounded, int computedRow) {
        return RowDistance.beyondRounding(
                computed, rounded, computedRow, sources[row], sourceRows[row]);
    }

    @Override
    public void discard() {
        // no array was made yet
    }

    @Override
    public NDList toList() {
        NDList arrays = new Padded(this);
        for (int column = 0; column < schema.columns().size(); column++) {
            arrays.add(array(column));
        }
        if (lengths.padding().returnsLengths()) {
            List<int[]> axes = lengths.padding().positionsIn(schema);
            for (int i = 0; i < axes.size(); i++) {
                int[] ofRows = lengthsOf(axes.get(i)[0], axes.get(i)[1]);
                arrays.add(array(axes.size() == 1 ? LENGTHS : LENGTHS + i, ofRows));
            }
        }
        return arrays;
    }

    private NDArray array(int number) {
        Column column = schema.columns().get(number);
        int[] full = fullShape(number);
        ArrayBuilder array =
                ArrayBuilder.create(
                        "output " + number,
                        place.manager(),
                        place.device(),
                        shapeOf(full),
                        ElementTypes.dataType("output " + number, column.type()));
        PaddingValue value = lengths.padding().valueOf(column, number);
        int rowBytes = RowBoxes.elements(full) * column.type().byteWidth();
        for (int row = 0; row < sources.length; row++) {
            RowBatch source = sources[row];
            RowBoxes.pad(
                    source.buffer(number),
                    source.shapes().offset(number, sourceRows[row]),
                    source.shapes().shape(number, sourceRows[row]),
                    array.buffer(),
                    row * rowBytes,
                    full,
                    value);
        }
        return array.finish(column.name());
    }

    private Shape shapeOf(int... row) {
        long[] dimensions = new long[1 + row.length];
        dimensions[0] = sources.length;
        for (int i = 0; i < row.length; i++) {
            dimensions[1 + i] = row[i];
        }
        return new Shape(dimensions);
    }

    /** Returns the shape of a padded row. */
    private int[] fullShape(int number) {
        Column column = schema.columns().get(number);
        int[] full = column.shape();
        for (int axis : OutputPadding.variableAxes(column)) {
            int[] ofRows = lengthsOf(number, axis);
            int longest = IntStream.of(ofRows).max().orElse(0);
            full[axis] = Math.max(longest, lengths.paddedLength(ofRows));
        }
        return full;
    }

    private int[] lengthsOf(int column, int axis) {
        return IntStream.range(0, sources.length)
                .map(row -> sources[row].shapes().dimension(column, sourceRows[row], axis))
                .toArray();
    }

    private NDArray array(String name, int... values) {
        ArrayBuilder array =
                ArrayBuilder.create(
                        name,
                        place.manager(),
                        place.device(),
                        new Shape(values.length),
                        DataType.INT64);
        LongBuffer target = array.buffer().asLongBuffer();
        for (int value : values) {
            target.put(value);
        }
        return array.finish(name);
    }
}
