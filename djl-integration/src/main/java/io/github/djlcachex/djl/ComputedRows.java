package io.github.djlcachex.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import io.github.djlcachex.djl.internal.engine.ArrayTypes;
import io.github.djlcachex.djl.internal.engine.ElementTypes;
import io.github.djlcachex.djl.internal.engine.Engines;
import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.RowShapes;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Reads the outputs of the wrapped block as rows, and checks them before native code gets arrays
 * that are made of them.
 */
final class ComputedRows {

    private final RowBatch rows;

    private ComputedRows(RowBatch rows) {
        this.rows = rows;
    }

    /**
     * Reads rows from outputs.
     *
     * @param outputs the raw outputs; they must stay open while the rows are used
     * @param count the number of rows that ran
     * @throws UnsupportedOutputException if an output cannot be cut into such rows
     */
    static ComputedRows of(NDList outputs, int count) {
        return of(schemaOf(null, outputs, count, OutputPadding.NONE), outputs, count);
    }

    /**
     * Reads rows like those that are cached.
     *
     * @param stored the schema of the cached rows, or null if there are none
     * @return the rows, or null if they have another shape than the cached ones
     * @throws UnsupportedOutputException if an output cannot be cut into such rows, or is another
     *     one than was cached
     */
    static @Nullable ComputedRows like(@Nullable RowSchema stored, NDList outputs, int count) {
        return like(stored, outputs, IntStream.range(0, count).toArray(), OwnLengths.NONE);
    }

    /**
     * Reads rows like those that are cached, each without its padding.
     *
     * @param stored the schema of the cached rows, or null if there are none
     * @param positions the position in the batch of each row that ran
     * @param lengths the lengths of the batch's rows
     * @return the rows, or null if they have another shape than the cached ones
     * @throws UnsupportedOutputException if an output cannot be cut into such rows, or is another
     *     one than was cached
     */
    static @Nullable ComputedRows like(
            @Nullable RowSchema stored, NDList outputs, int[] positions, OwnLengths lengths) {
        int count = positions.length;
        RowSchema found = schemaOf(stored, outputs, count, lengths.padding());
        RowSchema schema = stored == null ? found : stored;
        NDList ordered = found.equals(schema) ? outputs : inOrderOf(schema, found, outputs);
        if (ordered == null) {
            return null;
        }
        return lengths.padding().isNone()
                ? of(schema, ordered, count)
                : new ComputedRows(new RowCuts(schema, lengths).of(ordered, positions));
    }

    /** Reads rows from outputs, or returns null if they cannot be cut into such rows. */
    static @Nullable ComputedRows ifPossible(NDList outputs, int count) {
        try {
            return of(outputs, count);
        } catch (CacheException e) {
            return null; // unchanged if nothing is cached yet
        }
    }

    private static ComputedRows of(RowSchema schema, NDList outputs, int count) {
        ByteBuffer[] buffers = new ByteBuffer[outputs.size()];
        for (int i = 0; i < buffers.length; i++) {
            buffers[i] = bytesOf(outputs.get(i), i, schema.columns().get(i), count);
        }
        return new ComputedRows(RowBatch.wrap(schema, count, buffers));
    }

    private static RowSchema schemaOf(
            @Nullable RowSchema stored, NDList outputs, int count, OutputPadding padding) {
        if (outputs.isEmpty()) {
            throw new UnsupportedOutputException(
                    Problem.of(
                            "wrapped block",
                            "at least one output",
                            "none",
                            "wrap a block that returns one"));
        }
        List<Column> columns = new ArrayList<>(outputs.size());
        for (int i = 0; i < outputs.size(); i++) {
            String name = ArrayTypes.givenNameOf(outputs.get(i));
            int place = placeOf(name, i, stored);
            int rank = Math.max(0, outputs.get(i).getShape().dimension() - 1);
            columns.add(columnOf(outputs.get(i), i, count, padding.axesOf(name, place, rank)));
        }
        padding.check(columns);
        return RowSchema.of(columns);
    }

    /** Returns the position of an output among the stored columns, as an engine may sort them. */
    private static int placeOf(@Nullable String name, int position, @Nullable RowSchema stored) {
        List<Column> columns = stored == null || name == null ? List.of() : stored.columns();
        return IntStream.range(0, columns.size())
                .filter(i -> Objects.equals(name, columns.get(i).name()))
                .findFirst()
                .orElse(position);
    }

    private static Column columnOf(NDArray output, int position, int count, int... varying) {
        String subject = ArrayTypes.subject(output, position);
        var type = ElementTypes.elementTypeOf(subject, output);
        Shape shape = output.getShape();
        if (shape.dimension() == 0 || shape.get(0) != count) {
            throw new UnsupportedOutputException(
                    Problem.of(
                            subject,
                            "first dimension " + count + ", one row for each input row",
                            "shape " + shape,
                            "wrap a block that returns one row for each input row, and move sums and means"
                                    + " over the batch behind it"));
        }
        int[] row = new int[shape.dimension() - 1];
        for (int d = 1; d < shape.dimension(); d++) {
            boolean varies = Arrays.binarySearch(varying, d - 1) >= 0;
            if (shape.get(d) == 0 && !varies) {
                throw new UnsupportedOutputException(
                        Problem.of(
                                subject,
                                "rows of at least one element",
                                "shape " + shape,
                                "leave the output out, it has no contents"));
            }
            row[d - 1] = varies ? Column.VARIABLE : Math.toIntExact(shape.get(d));
        }
        return Column.of(ArrayTypes.givenNameOf(output), type, row);
    }

    /**
     * Returns the outputs in the order of the stored columns, as an engine may sort them by name.
     * Returns null if only their shapes differ.
     */
    private static @Nullable NDList inOrderOf(RowSchema stored, RowSchema found, NDList outputs) {
        NDList ordered = new NDList(outputs.size());
        boolean sameShapes = true;
        for (int i = 0; i < stored.columns().size(); i++) {
            Column column = stored.columns().get(i);
            int position = positionOf(column, i, found);
            if (position < 0 || outputs.size() != stored.columns().size()) {
                throw new UnsupportedOutputException(
                        Problem.of(
                                "outputs of the wrapped block",
                                "outputs like those in the cache, " + stored.columns(),
                                "outputs of " + found.columns(),
                                "use another module id, or another fingerprint if the weights changed; or give"
                                        + " the stored columns and rows up by cache().reset()"));
            }
            sameShapes &= Arrays.equals(found.columns().get(position).shape(), column.shape());
            ordered.add(outputs.get(position));
        }
        return sameShapes ? ordered : null;
    }

    /**
     * Returns the position of the output with a column's name and type, or its place if it has no
     * name.
     */
    private static int positionOf(Column column, int place, RowSchema found) {
        for (int i = 0; i < found.columns().size(); i++) {
            Column candidate = found.columns().get(i);
            boolean same =
                    candidate.type() == column.type()
                            && Objects.equals(candidate.name(), column.name());
            if (same && (column.name() != null || i == place)) {
                return i;
            }
        }
        return -1;
    }

    private static ByteBuffer bytesOf(NDArray output, int position, Column column, int count) {
        long expected = (long) column.rowBytes() * count;
        ByteBuffer bytes = bytesOf(output, position);
        if (bytes.remaining() != expected) {
            throw new UnsupportedOutputException(
                    Problem.of(
                            ArrayTypes.subject(output, position),
                            expected + " bytes for " + count + " rows of " + column,
                            bytes.remaining() + " bytes",
                            "return dense arrays from the wrapped block"));
        }
        return bytes;
    }

    /**
     * Returns the bytes of an output, without a copy where possible.
     *
     * @throws UnsupportedOutputException if it is sparse or too large
     */
    static ByteBuffer bytesOf(NDArray output, int position) {
        String subject = ArrayTypes.subject(output, position);
        long bytes =
                output.getShape().size() * ElementTypes.elementTypeOf(subject, output).byteWidth();
        if (output.isSparse() || bytes > Integer.MAX_VALUE) {
            throw new UnsupportedOutputException(
                    Problem.of(
                            subject,
                            "a dense array of at most " + Integer.MAX_VALUE + " bytes",
                            (output.isSparse() ? "a sparse array, " : "") + bytes + " bytes",
                            output.isSparse()
                                    ? "DJL does not show what is in a sparse array: call toDense() behind the"
                                            + " block, and optStoreAs(StoredAs.SPARSE) to store little of it"
                                    : "use smaller batches"));
        }
        ByteBuffer view = bytes == 0 ? ByteBuffer.allocate(0) : output.toByteBuffer(true);
        return view.order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Casts outputs of types that DJL does not name, if their engine can.
     *
     * @param type the type to cast to, or null to leave them
     */
    static NDList castUnknown(NDList outputs, @Nullable DataType type) {
        if (type == null) {
            return outputs;
        }
        NDList cast = new NDList(outputs.size());
        for (NDArray output : outputs) {
            NDArray known = ArrayTypes.isCast(output) ? output.toType(type, false) : output;
            known.setName(output.getName());
            cast.add(known);
        }
        return cast;
    }

    /** Tells whether the engine of a place creates arrays of all these types. */
    boolean fits(Place place) {
        String engine = Engines.nameOf(place.manager());
        return rows.schema().columns().stream()
                .allMatch(c -> Engines.creates(engine, ElementTypes.dataType("column", c.type())));
    }

    RowSchema schema() {
        return rows.schema();
    }

    /** Returns all rows that ran. */
    RowBatch rows() {
        return rows;
    }

    /** Returns the first rows. */
    RowBatch first(int count) {
        RowShapes shapes = rows.shapes().select(IntStream.range(0, count).toArray());
        ByteBuffer[] first = new ByteBuffer[rows.schema().columns().size()];
        for (int i = 0; i < first.length; i++) {
            first[i] = rows.buffer(i).duplicate().order(ByteOrder.LITTLE_ENDIAN);
            first[i].limit(shapes.columnBytes(i));
        }
        return RowBatch.wrap(shapes, first);
    }
}
