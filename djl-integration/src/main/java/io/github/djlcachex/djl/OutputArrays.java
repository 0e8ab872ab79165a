package io.github.djlcachex.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import io.github.djlcachex.djl.internal.engine.ArrayBuilder;
import io.github.djlcachex.djl.internal.engine.ArrayTypes;
import io.github.djlcachex.djl.internal.engine.ElementTypes;
import io.github.djlcachex.djl.internal.engine.Engines;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The output arrays of one batch, with the names and types of the columns. They are filled row by
 * row.
 */
final class OutputArrays implements BatchOutputs {

    private final List<ArrayBuilder> arrays;
    private final RowBatch rows;

    private OutputArrays(List<ArrayBuilder> arrays, RowBatch rows) {
        this.arrays = arrays;
        this.rows = rows;
    }

    /**
     * Creates arrays for some rows.
     *
     * @throws UnsupportedOutputException if a column's type cannot be an array of this engine
     */
    static OutputArrays create(Place place, RowSchema schema, int count) {
        int columns = schema.columns().size();
        List<ArrayBuilder> arrays = new ArrayList<>(columns);
        ByteBuffer[] buffers = new ByteBuffer[columns];
        for (int i = 0; i < columns; i++) {
            arrays.add(create(place, schema.columns().get(i), i, count));
            buffers[i] = arrays.get(i).buffer();
        }
        return new OutputArrays(arrays, RowBatch.wrap(schema, count, buffers));
    }

    private static ArrayBuilder create(Place place, Column column, int position, int count) {
        String subject = "output " + position;
        DataType type = ElementTypes.dataType(subject, column.type());
        Shape shape = OutputShapes.ofRows(count, column);
        return ArrayBuilder.create(subject, place.manager(), place.device(), shape, type);
    }

    /** Returns the rows to fill. */
    RowBatch rows() {
        return rows;
    }

    @Override
    public RowSchema schema() {
        return rows.schema();
    }

    @Override
    public int[] read(RowStore store, Keys keys) {
        return store.gather(keys, rows, IntStream.range(0, keys.size()).toArray());
    }

    @Override
    public void put(int row, RowBatch source, int sourceRow) {
        rows.copyRow(source, sourceRow, row);
    }

    @Override
    public RowDistance distance(int row, RowBatch computed, RowBatch rounded, int computedRow) {
        return RowDistance.beyondRounding(computed, rounded, computedRow, rows, row);
    }

    @Override
    public void discard() {
        arrays.forEach(ArrayBuilder::discard);
    }

    @Override
    public NDList toList() {
        NDList outputs = new NDList(arrays.size());
        for (int i = 0; i < arrays.size(); i++) {
            outputs.add(arrays.get(i).finish(rows.schema().columns().get(i).name()));
        }
        return outputs;
    }

    /** Returns copies of the first computed rows. */
    static NDList copyOf(ComputedRows computed, int count, Place place) {
        OutputArrays outputs = create(place, computed.schema(), count);
        RowBatch rows = computed.rows();
        for (int i = 0; i < count; i++) {
            outputs.rows().copyRow(rows, i, i);
        }
        return outputs.toList();
    }

    /**
     * Returns raw outputs as arrays that are safe to train on: copies, or the engine's own array if
     * its type cannot be cached.
     *
     * @throws UnsupportedOutputException if an output of such a type is another engine's
     */
    static NDList copyOf(NDList outputs, Place place) {
        NDList copies = new NDList(outputs.size());
        for (int i = 0; i < outputs.size(); i++) {
            NDArray output = outputs.get(i);
            NDArray copy =
                    isCopied(output, place) ? copyOf(output, i, place) : moved(output, i, place);
            copy.setName(output.getName());
            copies.add(copy);
        }
        return copies;
    }

    private static boolean isCopied(NDArray output, Place place) {
        DataType type = ArrayTypes.of(output);
        return type != null
                && Engines.creates(Engines.nameOf(place.manager()), type)
                && !output.isSparse();
    }

    private static NDArray copyOf(NDArray output, int position, Place place) {
        String subject = ArrayTypes.subject(output, position);
        ByteBuffer bytes = ComputedRows.bytesOf(output, position);
        DataType type = ElementTypes.dataType(subject, ElementTypes.elementTypeOf(subject, output));
        ArrayBuilder copy =
                ArrayBuilder.create(
                        subject, place.manager(), place.device(), output.getShape(), type);
        copy.buffer().put(0, bytes, bytes.position(), bytes.remaining());
        return copy.finish(null);
    }

    /**
     * Moves an output to the manager. An output of PyTorch is copied, since it cannot be trained
     * on. Arrays of ONNX Runtime may belong to any manager, as without the decorator.
     */
    private static NDArray moved(NDArray output, int position, Place place) {
        if (!Engines.isAtHome(output, place.manager()) && !ArrayTypes.isOnnxRuntime(output)) {
            throw new UnsupportedOutputException(
                    Problem.of(
                            ArrayTypes.subject(output, position),
                            ElementTypes.SUPPORTED + ", which other engines have",
                            "data type " + ArrayTypes.nameOf(output),
                            "pass inputs of the block's own engine, or cast the output in the extractor"));
        }
        boolean copied = ArrayTypes.isPyTorch(output) && ArrayTypes.of(output) != DataType.STRING;
        NDArray moved = copied ? output.duplicate() : output;
        moved.attach(place.manager());
        return moved;
    }
}
