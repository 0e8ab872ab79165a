package io.github.djlcachex.interop.internal.table;

import io.github.djlcachex.interop.spi.ColumnData;
import io.github.djlcachex.interop.spi.LeafType;
import io.github.djlcachex.interop.spi.TableColumn;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ColumnKind;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.LongKeys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.RowShapes;
import io.github.djlcachex.row.StringKeys;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** RowColumns makes columns of a file of rows and their ids. */
public final class RowColumns {

    private final List<TableColumn> columns;
    private final int[] sources;

    private RowColumns(List<TableColumn> columns, int[] sources) {
        this.columns = List.copyOf(columns);
        this.sources = sources;
    }

    /**
     * Chooses columns.
     *
     * @param wanted the names of the columns, or null for all
     * @param type what numbers are converted to, or null
     */
    public static RowColumns of(
            RowSchema schema,
            KeyType keys,
            String idColumn,
            @Nullable List<String> wanted,
            @Nullable ElementType type) {
        List<String> names = ColumnNames.of(schema);
        List<String> chosen = wanted == null ? names : wanted;
        List<TableColumn> columns = new ArrayList<>();
        columns.add(
                TableColumn.of(idColumn, keys == KeyType.INT64 ? LeafType.INT64 : LeafType.TEXT));
        int[] sources = new int[chosen.size()];
        for (int i = 0; i < sources.length; i++) {
            String name = chosen.get(i);
            sources[i] = names.indexOf(name);
            if (sources[i] < 0 || chosen.indexOf(name) < i) {
                throw Refusals.option("columns", "some of " + names, "" + chosen, "name each once");
            }
            if (name.equals(idColumn)) {
                throw Refusals.option(
                        "idColumn",
                        "a name that no column has",
                        idColumn,
                        "name the ids otherwise");
            }
            columns.add(column(name, schema.columns().get(sources[i]), type));
        }
        if (sources.length == 0) {
            throw Refusals.option("columns", "one at least", "none", "leave it unset for all");
        }
        return new RowColumns(columns, sources);
    }

    private static TableColumn column(String name, Column column, @Nullable ElementType wanted) {
        return switch (column.kind()) {
            case STRING -> TableColumn.of(name, LeafType.TEXT);
            case BINARY -> TableColumn.of(name, LeafType.BYTES);
            case TENSOR -> TableColumn.of(name, leaf(column.type(), wanted), column.shape());
        };
    }

    private static LeafType leaf(ElementType type, @Nullable ElementType wanted) {
        LeafType leaf = ElementTypes.leaf(type);
        if (wanted != null) {
            LeafType to = ElementTypes.leaf(wanted);
            boolean bothFloat = ElementTypes.isFloating(leaf) && ElementTypes.isFloating(to);
            leaf = bothFloat || (leaf.isInteger() && to.isInteger()) ? to : leaf;
        }
        return leaf == LeafType.BFLOAT16 ? LeafType.FLOAT32 : leaf;
    }

    /** Returns the columns, that of the ids first. */
    public List<TableColumn> columns() {
        return columns;
    }

    /** Returns rows as columns. */
    public List<ColumnData> of(Keys keys, RowBatch rows) {
        List<ColumnData> data = new ArrayList<>();
        data.add(ids(keys));
        for (int i = 0; i < sources.length; i++) {
            TableColumn column = columns.get(i + 1);
            data.add(converted(data(rows, sources[i]), column));
        }
        return data;
    }

    private static ColumnData ids(Keys keys) {
        int rows = keys.size();
        if (keys instanceof LongKeys integers) {
            ByteBuffer values =
                    ByteBuffer.allocate(rows * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (int row = 0; row < rows; row++) {
                values.putLong(integers.get(row));
            }
            return ColumnData.uniform(LeafType.INT64, values.flip(), rows);
        }
        StringKeys texts = (StringKeys) keys;
        int[] starts = new int[rows + 1];
        for (int row = 0; row < rows; row++) {
            starts[row + 1] = starts[row] + texts.byteLength(row);
        }
        byte[] utf8 = new byte[starts[rows]];
        for (int row = 0; row < rows; row++) {
            texts.copyUtf8(row, utf8, starts[row]);
        }
        return ColumnData.bytes(LeafType.TEXT, ByteBuffer.wrap(utf8), starts);
    }

    private static ColumnData data(RowBatch rows, int c) {
        Column column = rows.schema().columns().get(c);
        ByteBuffer values = rows.buffer(c);
        LeafType leaf = ElementTypes.leaf(column.type());
        if (column.kind() == ColumnKind.TENSOR && !column.isVariable()) {
            return ColumnData.uniform(leaf, values, rows.rows(), column.shape());
        }
        RowShapes shapes = rows.shapes();
        int[] starts = new int[rows.rows() + 1];
        int[][] ofRows = new int[rows.rows()][];
        for (int row = 0; row < ofRows.length; row++) {
            ofRows[row] = shapes.shape(c, row);
            starts[row] = shapes.offset(c, row) / leaf.byteWidth();
        }
        starts[ofRows.length] = shapes.columnBytes(c) / leaf.byteWidth();
        return switch (column.kind()) {
            case STRING -> ColumnData.bytes(LeafType.TEXT, values, starts);
            case BINARY -> ColumnData.bytes(LeafType.BYTES, values, starts);
            case TENSOR -> ColumnData.varying(leaf, values, starts, ofRows);
        };
    }

    private static ColumnData converted(ColumnData data, TableColumn column) {
        if (data.type() == column.type()) {
            return data;
        }
        ElementType type = ElementType.valueOf(column.type().name());
        String subject = "column '" + column.name() + "'";
        return data.retyped(column.type(), Conversion.convert(data, type, subject));
    }
}
