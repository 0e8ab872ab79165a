package io.github.djlcachex.arrow;

import io.github.djlcachex.cache.SegmentInfo;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ColumnKind;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.InvalidRowsException;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.RowShapes;

import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** The rows of a loaded root, as views of its memory. */
final class RootRows {

    private final VectorSchemaRoot root;
    private final List<Column> columns;
    private final SegmentInfo segment;

    private RootRows(VectorSchemaRoot root, RowSchema schema, SegmentInfo segment) {
        this.root = root;
        this.columns = schema.columns();
        this.segment = segment;
    }

    /**
     * Returns the rows.
     *
     * @throws CorruptFileException if the boundaries of variable rows are not those of their shapes
     */
    static RowBatch of(VectorSchemaRoot root, RowSchema schema, SegmentInfo segment) {
        try {
            return new RootRows(root, schema, segment).rows(schema);
        } catch (InvalidRowsException e) {
            throw corrupt(segment.file().toString(), "shapes of rows", e.getMessage());
        }
    }

    private RowBatch rows(RowSchema schema) {
        RowShapes.Builder builder = RowShapes.builder(schema);
        for (int row = 0; row < root.getRowCount(); row++) {
            List<int[]> shapes = new ArrayList<>();
            for (int c = 0; c < columns.size(); c++) {
                if (columns.get(c).isVariable()) {
                    shapes.add(shape(c, row));
                }
            }
            builder.add(shapes.toArray(new int[0][]));
        }
        RowShapes shapes = builder.build();
        ByteBuffer[] buffers = new ByteBuffer[columns.size()];
        for (int c = 0; c < buffers.length; c++) {
            if (columns.get(c).isVariable()) {
                checkBoundaries(c, shapes);
            }
            buffers[c] = bytes(elements(c), shapes.columnBytes(c));
        }
        return RowBatch.wrap(shapes, buffers);
    }

    /** Arrow checks no bounds if it is told not to. */
    private ByteBuffer bytes(ArrowBuf elements, int bytes) {
        if (bytes > elements.capacity()) {
            throw corrupt(
                    segment.file().toString(),
                    "at most " + elements.capacity() + " bytes of elements",
                    Integer.toString(bytes));
        }
        return elements.nioBuffer(0, bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private int[] shape(int column, int row) {
        int[] shape = new int[columns.get(column).rank()];
        if (columns.get(column).kind() != ColumnKind.TENSOR) {
            shape[0] = boundary(column, row + 1) - boundary(column, row);
            return shape;
        }
        FixedSizeListVector lists = (FixedSizeListVector) struct(column).getChild("shape");
        IntVector dimensions = (IntVector) lists.getDataVector();
        for (int axis = 0; axis < shape.length; axis++) {
            shape[axis] = dimensions.get(row * shape.length + axis);
        }
        return shape;
    }

    /** Who reads the vectors follows the boundaries, and the checksum is over the shapes. */
    private void checkBoundaries(int column, RowShapes shapes) {
        int width = columns.get(column).type().byteWidth();
        for (int row = 0; row <= shapes.rows(); row++) {
            if (boundary(column, row) != shapes.offset(column, row) / width) {
                throw corrupt(
                        segment.file() + " row " + row,
                        "the boundary " + shapes.offset(column, row) / width,
                        Integer.toString(boundary(column, row)));
            }
        }
    }

    private static CorruptFileException corrupt(
            String subject, String expected, @Nullable String found) {
        return new CorruptFileException(
                Problem.of(
                        subject,
                        expected,
                        String.valueOf(found),
                        "read this segment's other rows through FeatureCache, which checks each"));
    }

    private int boundary(int column, int row) {
        FieldVector vector = vector(column);
        ArrowBuf boundaries =
                vector instanceof BaseVariableWidthVector bytes
                        ? bytes.getOffsetBuffer()
                        : ((ListVector) struct(column).getChild("data")).getOffsetBuffer();
        return boundaries.getInt((long) row * Integer.BYTES);
    }

    private ArrowBuf elements(int column) {
        FieldVector vector = vector(column);
        if (vector instanceof FixedSizeListVector lists) {
            return lists.getDataVector().getDataBuffer();
        }
        if (vector instanceof BaseVariableWidthVector bytes) {
            return bytes.getDataBuffer();
        }
        return ((ListVector) struct(column).getChild("data")).getDataVector().getDataBuffer();
    }

    private StructVector struct(int column) {
        return (StructVector) vector(column);
    }

    private FieldVector vector(int column) {
        FieldVector vector = root.getVector(1 + column);
        return vector instanceof ExtensionTypeVector<?> extension
                ? (FieldVector) extension.getUnderlyingVector()
                : vector;
    }
}
