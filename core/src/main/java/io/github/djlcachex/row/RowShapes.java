package io.github.djlcachex.row;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * RowShapes are the shapes of the rows of a batch, and so where in the batch's buffers each row is.
 *
 * <p>In a column of a fixed shape every row has that shape. In a variable column each row has its
 * own, and the rows follow each other without gaps. Immutable.
 */
public final class RowShapes {

    private final RowSchema schema;
    private final int rows;
    private final int[][] dimensions; // by column, then row and axis; empty for a fixed column
    private final int[][] ends; // by column, in bytes, from 0 on; empty for a fixed column

    private RowShapes(RowSchema schema, int rows, int[][] dimensions, int[][] ends) {
        this.schema = schema;
        this.rows = rows;
        this.dimensions = dimensions;
        this.ends = ends;
    }

    /**
     * Returns the shapes of rows that are all of one size.
     *
     * @param schema the columns, none of them variable
     * @param rows the number of rows
     * @return the shapes
     * @throws InvalidRowsException if a column is variable, the number is negative, or a column
     *     would be over 2^31 - 1 bytes
     */
    public static RowShapes fixed(RowSchema schema, int rows) {
        if (schema.isVariable()) {
            throw new InvalidRowsException(
                    Problem.of(
                            "row batch",
                            "the shape of each row, since a column of " + schema + " is variable",
                            rows + " rows of no shape",
                            "describe the rows with RowShapes.builder"));
        }
        int columns = schema.columns().size();
        RowShapes shapes = new RowShapes(schema, rows, new int[columns][0], new int[columns][0]);
        for (int c = 0; c < columns; c++) {
            shapes.checkBytes(c, (long) schema.columns().get(c).rowBytes() * rows);
        }
        return shapes;
    }

    /**
     * Returns a builder.
     *
     * @param schema the columns
     * @return a builder of no rows
     */
    public static Builder builder(RowSchema schema) {
        return new Builder(schema);
    }

    /**
     * Returns the columns.
     *
     * @return the schema
     */
    public RowSchema schema() {
        return schema;
    }

    /**
     * Returns the number of rows.
     *
     * @return the number of rows
     */
    public int rows() {
        return rows;
    }

    /**
     * Returns one dimension of a row.
     *
     * @param column the column's number
     * @param row the row, from 0
     * @param axis the number of the dimension, from 0
     * @return its length
     * @throws IndexOutOfBoundsException if there is no such column, row or dimension
     */
    public int dimension(int column, int row, int axis) {
        Column described = schema.columns().get(column);
        Objects.checkIndex(row, rows);
        Objects.checkIndex(axis, described.rank());
        return described.isVariable()
                ? dimensions[column][row * described.rank() + axis]
                : described.dimension(axis);
    }

    /**
     * Returns the shape of a row.
     *
     * @param column the column's number
     * @param row the row, from 0
     * @return the dimensions; the caller may keep the array
     * @throws IndexOutOfBoundsException if there is no such column or row
     */
    public int[] shape(int column, int row) {
        int[] shape = new int[schema.columns().get(column).rank()];
        Arrays.setAll(shape, axis -> dimension(column, row, axis));
        return shape;
    }

    /**
     * Returns where a row starts in its column's buffer.
     *
     * @param column the column's number
     * @param row the row, from 0; the number of rows gives the end of the last one
     * @return the offset in bytes
     */
    public int offset(int column, int row) {
        int[] ofColumn = ends[column];
        return ofColumn.length == 0 ? row * schema.columns().get(column).rowBytes() : ofColumn[row];
    }

    /**
     * Returns the size of a row in its column.
     *
     * @param column the column's number
     * @param row the row, from 0
     * @return the size in bytes
     */
    public int rowBytes(int column, int row) {
        return offset(column, row + 1) - offset(column, row);
    }

    /**
     * Returns the size of a column's buffer.
     *
     * @param column the column's number
     * @return the size in bytes
     */
    public int columnBytes(int column) {
        return offset(column, rows);
    }

    /**
     * Returns the smallest shape that has room for each row of a column.
     *
     * @param column the column's number
     * @return the greatest length of each dimension; zeros in a variable column without rows
     */
    public int[] longest(int column) {
        Column described = schema.columns().get(column);
        int[] longest = described.shape();
        for (int axis = 0; axis < longest.length && described.isVariable(); axis++) {
            longest[axis] = 0;
            for (int row = 0; row < rows; row++) {
                longest[axis] = Math.max(longest[axis], dimension(column, row, axis));
            }
        }
        return longest;
    }

    /**
     * Returns the shapes of some of the rows.
     *
     * @param selected the rows, in their new order; one may occur more than once
     * @return the shapes
     */
    public RowShapes select(int... selected) {
        if (!schema.isVariable()) {
            return fixed(schema, selected.length);
        }
        Builder builder = builder(schema);
        for (int row : selected) {
            builder.addFrom(this, row);
        }
        return builder.build();
    }

    /**
     * Tells whether a row has the same shape in all columns as one of other shapes.
     *
     * @param row the row here
     * @param other shapes of the same columns
     * @param otherRow the row there
     * @return true if it has
     */
    public boolean sameRow(int row, RowShapes other, int otherRow) {
        for (int c = 0; schema.isVariable() && c < dimensions.length; c++) {
            if (!sameShape(c, row, other, otherRow)) {
                return false;
            }
        }
        return true;
    }

    private boolean sameShape(int column, int row, RowShapes other, int otherRow) {
        int rank = schema.columns().get(column).rank();
        int from = row * rank;
        int otherFrom = otherRow * rank;
        return !schema.columns().get(column).isVariable()
                || Arrays.equals(
                        dimensions[column],
                        from,
                        from + rank,
                        other.dimensions[column],
                        otherFrom,
                        otherFrom + rank);
    }

    private void checkBytes(int column, long bytes) {
        if (rows < 0 || bytes > Integer.MAX_VALUE) {
            throw new InvalidRowsException(
                    Problem.of(
                            "row batch",
                            "0 or more rows, at most " + Integer.MAX_VALUE + " bytes a column",
                            rows + " rows, " + bytes + " bytes in column " + column,
                            "use smaller batches"));
        }
    }

    @Override
    public String toString() {
        return "RowShapes(" + rows + " rows of " + schema + ")";
    }

    /** A Builder collects the shapes of rows, one row after another. For one thread. */
    public static final class Builder {

        private final RowSchema schema;
        private final List<Column> columns;
        private final int[][] dimensions;
        private final int[][] ends;
        private final int variableColumns;
        private int rows;

        private Builder(RowSchema schema) {
            this.schema = schema;
            this.columns = schema.columns();
            this.dimensions = new int[columns.size()][0];
            this.ends = new int[columns.size()][0];
            this.variableColumns = (int) columns.stream().filter(Column::isVariable).count();
            for (int c = 0; c < ends.length; c++) {
                if (columns.get(c).isVariable()) {
                    ends[c] = new int[1];
                }
            }
        }

        /**
         * Adds a row.
         *
         * @param shapes the row's shape in each variable column, in the order of the columns
         * @return this builder
         * @throws InvalidRowsException if there are more or fewer shapes than variable columns, one
         *     does not fit its column, or the rows of a column would be over 2^31 - 1 bytes
         */
        public Builder add(int[]... shapes) {
            if (shapes.length != variableColumns) {
                throw new InvalidRowsException(
                        Problem.of(
                                "row " + rows,
                                variableColumns + " shapes, one a variable column",
                                shapes.length + " shapes",
                                "leave out columns of a fixed shape"));
            }
            int next = 0;
            for (int c = 0; c < ends.length; c++) {
                if (columns.get(c).isVariable()) {
                    append(c, shapes[next++]);
                }
            }
            rows++;
            return this;
        }

        /**
         * Adds a row of other shapes of the same columns.
         *
         * @param other the other shapes
         * @param row the row there
         * @return this builder
         */
        public Builder addFrom(RowShapes other, int row) {
            for (int c = 0; c < ends.length; c++) {
                if (columns.get(c).isVariable()) {
                    append(c, other.shape(c, row));
                }
            }
            rows++;
            return this;
        }

        /**
         * Adds a row that has no elements in any variable column.
         *
         * @return this builder
         */
        public Builder addEmpty() {
            for (int c = 0; c < ends.length; c++) {
                if (columns.get(c).isVariable()) {
                    append(c, columns.get(c).emptyShape());
                }
            }
            rows++;
            return this;
        }

        private void append(int column, int[] shape) {
            long end = ends[column][rows] + columns.get(column).bytesOf(shape, rows);
            if (end > Integer.MAX_VALUE) {
                throw new InvalidRowsException(
                        Problem.of(
                                "row batch",
                                "at most " + Integer.MAX_VALUE + " bytes a column",
                                end + " bytes in column " + column,
                                "use smaller batches"));
            }
            if (rows + 1 == ends[column].length) {
                int capacity = Math.max(16, 2 * rows);
                ends[column] = Arrays.copyOf(ends[column], capacity + 1);
                dimensions[column] = Arrays.copyOf(dimensions[column], capacity * shape.length);
            }
            ends[column][rows + 1] = (int) end;
            System.arraycopy(shape, 0, dimensions[column], rows * shape.length, shape.length);
        }

        /**
         * Returns the shapes of the rows that were added.
         *
         * @return the shapes
         */
        public RowShapes build() {
            if (variableColumns == 0) {
                return fixed(schema, rows);
            }
            int[][] ofRows = new int[ends.length][];
            int[][] endsOfRows = new int[ends.length][];
            for (int c = 0; c < ends.length; c++) {
                boolean variable = columns.get(c).isVariable();
                int rank = columns.get(c).rank();
                ofRows[c] = variable ? Arrays.copyOf(dimensions[c], rows * rank) : new int[0];
                endsOfRows[c] = variable ? Arrays.copyOf(ends[c], rows + 1) : new int[0];
            }
            RowShapes shapes = new RowShapes(schema, rows, ofRows, endsOfRows);
            for (int c = 0; c < ends.length; c++) {
                if (!columns.get(c).isVariable()) {
                    shapes.checkBytes(c, (long) columns.get(c).rowBytes() * rows);
                }
            }
            return shapes;
        }
    }
}
