package io.github.djlcachex.row;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The columns of a row, in the order in which the extractor returns them.
 *
 * @param columns the columns
 */
public record RowSchema(List<Column> columns) {

    /** The most columns of a row. */
    public static final int MAX_COLUMNS = 1024;

    /**
     * Checks and copies the columns.
     *
     * @param columns the columns
     * @throws InvalidRowsException if there is no column, more than {@value #MAX_COLUMNS}, or a
     *     name occurs twice
     */
    public RowSchema {
        columns = List.copyOf(columns);
        if (columns.isEmpty() || columns.size() > MAX_COLUMNS) {
            throw new InvalidRowsException(
                    "row schema",
                    "1 to " + MAX_COLUMNS + " columns",
                    columns.size() + " columns",
                    "cache an extractor that returns arrays");
        }
        Set<String> names = new HashSet<>();
        for (Column column : columns) {
            if (column.name() != null && !names.add(column.name())) {
                throw new InvalidRowsException(
                        "row schema",
                        "distinct column names",
                        "'" + column.name() + "' twice",
                        "rename one of the outputs");
            }
        }
    }

    /**
     * Returns a schema of the given columns.
     *
     * @param columns the columns
     * @return the schema
     */
    public static RowSchema of(Column... columns) {
        return new RowSchema(List.of(columns));
    }

    /**
     * Returns the size of one row over all columns, without its key.
     *
     * @return the size in bytes
     */
    public long rowBytes() {
        long bytes = 0;
        for (Column column : columns) {
            bytes += column.rowBytes();
        }
        return bytes;
    }
}
