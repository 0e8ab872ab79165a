package io.github.djlcachex.interop.internal.table;

import io.github.djlcachex.interop.spi.ColumnData;
import io.github.djlcachex.interop.spi.LeafType;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ColumnKind;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.RowShapes;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Makes rows of the columns of a file. The first chunk decides the columns of the rows, unless the
 * cache has some: then its names, and which dimensions vary, hold.
 */
public final class RowAssembler {

    private final List<String> names;
    private final RowRules rules;
    private final @Nullable RowSchema known;
    private @Nullable RowSchema schema;

    /**
     * Creates an assembler.
     *
     * @param names the columns of the file that become columns of rows
     * @param known the columns that the cache has, or null
     */
    public RowAssembler(List<String> names, RowRules rules, @Nullable RowSchema known) {
        this.names = List.copyOf(names);
        this.rules = rules;
        this.known = known != null && known.columns().size() == names.size() ? known : null;
    }

    /** Returns the rows of a chunk. */
    public RowBatch rows(List<ColumnData> chunk, String file) {
        RowSchema columns = schema;
        if (columns == null) {
            columns = schemaOf(chunk, file);
            schema = columns;
        }
        int rows = chunk.get(0).rows();
        ByteBuffer[] buffers = new ByteBuffer[chunk.size()];
        for (int c = 0; c < buffers.length; c++) {
            Column column = columns.columns().get(c);
            check(column, chunk.get(c), subject(c, file));
            checkType(column, chunk.get(c), subject(c, file));
            buffers[c] =
                    column.kind() == ColumnKind.TENSOR
                            ? Conversion.convert(chunk.get(c), column.type(), subject(c, file))
                            : chunk.get(c).values();
        }
        return columns.isVariable()
                ? RowBatch.wrap(shapes(columns, chunk, rows), buffers)
                : RowBatch.wrap(columns, rows, buffers);
    }

    private String subject(int column, String file) {
        return "column '" + names.get(column) + "' of " + file;
    }

    private RowSchema schemaOf(List<ColumnData> chunk, String file) {
        List<Column> columns = new ArrayList<>();
        for (int c = 0; c < chunk.size(); c++) {
            Column before = known == null ? null : known.columns().get(c);
            columns.add(columnOf(c, chunk.get(c), before, subject(c, file)));
        }
        return RowSchema.of(columns);
    }

    private Column columnOf(int c, ColumnData data, @Nullable Column before, String subject) {
        String name = before == null ? ownName(c) : before.name();
        if (data.type() == LeafType.TEXT) {
            return Column.ofStrings(named(name, c));
        }
        if (data.type() == LeafType.BYTES) {
            return Column.ofBinary(named(name, c));
        }
        boolean isVariable = before == null ? rules.isVariable() : before.isVariable();
        int[] shape = data.shape(0).clone();
        if (isVariable && shape.length > 0) {
            shape =
                    before != null && before.rank() == shape.length
                            ? before.shape()
                            : variable(shape, data);
        }
        var type = ElementTypes.of(data.type(), rules.elementType(), subject);
        return name == null ? Column.of(type, shape) : Column.of(name, type, shape);
    }

    private @Nullable String ownName(int c) {
        return rules.hasNames() ? names.get(c) : null;
    }

    private String named(@Nullable String name, int c) {
        return name == null ? names.get(c) : name;
    }

    /** The first dimension varies, and each in which rows of the first chunk differ. */
    private static int[] variable(int[] shape, ColumnData data) {
        int[] variable = shape.clone();
        variable[0] = Column.VARIABLE;
        for (int row = 1; row < data.rows() && !data.isUniform(); row++) {
            for (int axis = 1; axis < shape.length; axis++) {
                if (data.shape(row)[axis] != shape[axis]) {
                    variable[axis] = Column.VARIABLE;
                }
            }
        }
        return variable;
    }

    private static void check(Column column, ColumnData data, String subject) {
        boolean isNumbers = column.kind() == ColumnKind.TENSOR;
        if (isNumbers == data.type().isBytes()) {
            throw Refusals.rows(
                    subject, "one type", "another one in a later file", "write the files anew");
        }
        if (!isNumbers) {
            return;
        }
        int distinct = data.isUniform() ? 1 : data.rows();
        for (int row = 0; row < distinct; row++) {
            if (!fits(column.shape(), data.shape(row))) {
                throw ragged(column, data.shape(row), subject, row);
            }
        }
    }

    /** A number that the first file's type has not is not rounded without being asked. */
    private void checkType(Column column, ColumnData data, String subject) {
        if (column.kind() != ColumnKind.TENSOR) {
            return;
        }
        ElementType type = ElementTypes.of(data.type(), rules.elementType(), subject);
        if (type != column.type()) {
            throw Refusals.rows(
                    subject,
                    "elements of type " + column.type() + ", as in the files before",
                    data.type().toString(),
                    "choose one type for all files with elementType");
        }
    }

    private static boolean fits(int[] column, int[] row) {
        boolean fits = column.length == row.length;
        for (int axis = 0; axis < column.length && fits; axis++) {
            fits = column[axis] == Column.VARIABLE || column[axis] == row[axis];
        }
        return fits;
    }

    private static RuntimeException ragged(Column column, int[] shape, String subject, int row) {
        return Refusals.rows(
                subject,
                "rows of shape " + Arrays.toString(column.shape()),
                "one of shape " + Arrays.toString(shape) + ", as row " + row + " of its chunk",
                "allow rows that differ with variableRows, or pad them");
    }

    private static RowShapes shapes(RowSchema schema, List<ColumnData> chunk, int rows) {
        RowShapes.Builder builder = RowShapes.builder(schema);
        for (int row = 0; row < rows; row++) {
            List<int[]> shapes = new ArrayList<>();
            for (int c = 0; c < chunk.size(); c++) {
                if (schema.columns().get(c).isVariable()) {
                    ColumnData data = chunk.get(c);
                    shapes.add(
                            data.type().isBytes()
                                    ? new int[] {data.start(row + 1) - data.start(row)}
                                    : data.shape(row));
                }
            }
            builder.add(shapes.toArray(int[][]::new));
        }
        return builder.build();
    }
}
