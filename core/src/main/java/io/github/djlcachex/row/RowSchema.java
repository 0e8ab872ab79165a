package io.github.djlcachex.row;

import org.jspecify.annotations.Nullable;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A RowSchema is the columns of a row, in the order in which the extractor returns them.
 *
 * <p>Two schemas are equal if their columns are. Immutable.
 */
public final class RowSchema {

    /** The most columns of a row. */
    public static final int MAX_COLUMNS = 1024;

    private final List<Column> columns;
    private final boolean variable;
    private final long rowBytes;

    private RowSchema(List<Column> columns) {
        this.columns = columns;
        this.variable = columns.stream().anyMatch(Column::isVariable);
        this.rowBytes = columns.stream().mapToLong(RowSchema::leastBytes).sum();
    }

    private static long leastBytes(Column column) {
        return column.isVariable() ? Integer.BYTES * (1L + column.rank()) : column.rowBytes();
    }

    /**
     * Returns a schema of some columns.
     *
     * @param columns the columns
     * @return the schema
     * @throws InvalidRowsException if there is no column, more than {@value #MAX_COLUMNS}, or a
     *     name occurs twice
     */
    public static RowSchema of(Column... columns) {
        return of(List.of(columns));
    }

    /**
     * Returns a schema of some columns.
     *
     * @param columns the columns
     * @return the schema
     * @throws InvalidRowsException if there is no column, more than {@value #MAX_COLUMNS}, or a
     *     name occurs twice
     */
    public static RowSchema of(List<Column> columns) {
        List<Column> copy = List.copyOf(columns);
        if (copy.isEmpty() || copy.size() > MAX_COLUMNS) {
            throw new InvalidRowsException(
                    Problem.of(
                            "row schema",
                            "1 to " + MAX_COLUMNS + " columns",
                            copy.size() + " columns",
                            "cache an extractor that returns arrays"));
        }
        Set<String> names = new HashSet<>();
        for (Column column : copy) {
            if (column.name() != null && !names.add(column.name())) {
                throw new InvalidRowsException(
                        Problem.of(
                                "row schema",
                                "distinct column names",
                                "'" + column.name() + "' twice",
                                "rename one of the outputs"));
            }
        }
        return new RowSchema(copy);
    }

    /**
     * Returns the columns.
     *
     * @return the columns, in their order
     */
    public List<Column> columns() {
        return columns;
    }

    /**
     * Tells whether a column is variable, so that rows differ in size.
     *
     * @return true if one is
     */
    public boolean isVariable() {
        return variable;
    }

    /**
     * Returns the size of one row over all columns, without its key.
     *
     * @return the size in bytes; if a column is variable, that of the smallest row, with its shape
     */
    public long rowBytes() {
        return rowBytes;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RowSchema that && columns.equals(that.columns);
    }

    @Override
    public int hashCode() {
        return columns.hashCode();
    }

    @Override
    public String toString() {
        return "RowSchema" + columns;
    }
}
