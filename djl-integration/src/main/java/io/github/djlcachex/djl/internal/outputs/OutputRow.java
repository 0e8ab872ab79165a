package io.github.djlcachex.djl.internal.outputs;

import ai.djl.ndarray.NDManager;

import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An output of a translator as a row.
 *
 * @param kind its kind
 * @param schema its columns
 * @param columns the bytes of each column
 */
record OutputRow(OutputKind kind, RowSchema schema, List<ByteBuffer> columns) {

    OutputRow {
        columns = List.copyOf(columns);
    }

    /** Returns a batch of this row alone. */
    RowBatch alone() {
        return RowBatch.wrap(schema, 1, columns.toArray(ByteBuffer[]::new));
    }

    /** Returns a row of the same kind from a batch of it alone. */
    OutputRow of(RowBatch alone) {
        return new OutputRow(
                kind, schema, IntStream.range(0, columns.size()).mapToObj(alone::buffer).toList());
    }

    /** Creates an output that is equal to the original. */
    Object read(NDManager manager) {
        return kind.read(alone(), 0, manager);
    }

    /** Tells whether two schemas are of one Java type; their sizes may differ. */
    boolean isOfTypeOf(RowSchema other) {
        return names(schema).equals(names(other));
    }

    private static List<String> names(RowSchema schema) {
        return schema.columns().stream().map(Column::name).map(String::valueOf).toList();
    }
}
