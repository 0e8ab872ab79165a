package io.github.djlcachex.row;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * A Column is one output of the extractor: its name, its element type and the shape of one row.
 *
 * <p>The shape is without the batch dimension, and empty for a scalar a row. A dimension that is
 * {@link #VARIABLE} has a length of its own in each row, which may be 0. Two columns are equal if
 * name, kind, type and shape are. Immutable.
 */
public final class Column {

    /** The highest rank of a row. */
    public static final int MAX_RANK = 8;

    /** The most characters in a name. */
    public static final int MAX_NAME_LENGTH = 256;

    /** The length of a dimension that differs from row to row. */
    public static final int VARIABLE = -1;

    private final @Nullable String name;
    private final ColumnKind kind;
    private final ElementType type;
    private final ElementType servedType;
    private final int[] shape;
    private final int @Nullable [] denseShape;
    private final boolean variable;
    private final int rowElements;

    private Column(@Nullable String name, ColumnKind kind, ElementType type, int... shape) {
        this(name, kind, type, type, null, shape);
    }

    private Column(
            @Nullable String name,
            ColumnKind kind,
            ElementType type,
            ElementType servedType,
            int @Nullable [] denseShape,
            int... shape) {
        this.name = name;
        this.kind = kind;
        this.type = Objects.requireNonNull(type, "type");
        this.servedType = servedType;
        this.shape = shape.clone();
        this.denseShape = denseShape;
        this.variable = Arrays.stream(shape).anyMatch(dimension -> dimension == VARIABLE);
        this.rowElements = checkedElements(name, type, this.shape);
    }

    /**
     * Returns a column without a name.
     *
     * @param type the type of the elements
     * @param shape the shape of one row, with {@link #VARIABLE} for what differs; none for a scalar
     * @return the column
     * @throws InvalidRowsException if the rank is over {@value #MAX_RANK}, a dimension is under 1,
     *     or a row has more than 2^31 - 1 bytes
     */
    public static Column of(ElementType type, int... shape) {
        return new Column(null, ColumnKind.TENSOR, type, shape);
    }

    /**
     * Returns a column.
     *
     * @param name the output's name, or null if it has none
     * @param type the type of the elements
     * @param shape the shape of one row, with {@link #VARIABLE} for what differs; none for a scalar
     * @return the column
     * @throws InvalidRowsException if the name is blank or too long, the rank is over {@value
     *     #MAX_RANK}, a dimension is under 1, or a row has more than 2^31 - 1 bytes
     */
    public static Column of(@Nullable String name, ElementType type, int... shape) {
        checkName(name);
        return new Column(name, ColumnKind.TENSOR, type, shape);
    }

    /**
     * Returns a column of texts, each the UTF-8 bytes of a row: {@code UINT8} of one variable
     * dimension.
     *
     * @param name the column's name, or null if it has none
     * @return the column
     * @throws InvalidRowsException if the name is blank or too long
     */
    public static Column ofStrings(@Nullable String name) {
        checkName(name);
        return new Column(name, ColumnKind.STRING, ElementType.UINT8, VARIABLE);
    }

    /**
     * Returns a column of any bytes: {@code UINT8} of one variable dimension.
     *
     * @param name the column's name, or null if it has none
     * @return the column
     * @throws InvalidRowsException if the name is blank or too long
     */
    public static Column ofBinary(@Nullable String name) {
        checkName(name);
        return new Column(name, ColumnKind.BINARY, ElementType.UINT8, VARIABLE);
    }

    private static void checkName(@Nullable String name) {
        if (name != null && (name.isBlank() || name.length() > MAX_NAME_LENGTH)) {
            throw new InvalidRowsException(
                    Problem.of(
                            "column name",
                            "1 to " + MAX_NAME_LENGTH + " characters",
                            "'" + name + "'",
                            "name the output, or leave it unnamed"));
        }
        if (name != null && !StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
            throw new InvalidRowsException(
                    Problem.of(
                            "column name",
                            "well-formed Unicode",
                            "a lone surrogate",
                            "use valid text"));
        }
    }

    private static int checkedElements(@Nullable String name, ElementType type, int[] shape) {
        if (shape.length > MAX_RANK) {
            throw invalidShape(name, shape, "at most " + MAX_RANK + " dimensions");
        }
        long bytes = type.byteWidth();
        for (int dimension : shape) {
            if (dimension < 1 && dimension != VARIABLE) {
                throw invalidShape(name, shape, "dimensions of at least 1");
            }
            bytes *= Math.max(1, dimension);
            if (bytes > Integer.MAX_VALUE) {
                throw invalidShape(name, shape, "at most " + Integer.MAX_VALUE + " bytes a row");
            }
        }
        return (int) bytes / type.byteWidth();
    }

    /**
     * Returns the output's name.
     *
     * @return the name, or null if it has none
     */
    public @Nullable String name() {
        return name;
    }

    /**
     * Returns the type of the elements.
     *
     * @return the type
     */
    public ElementType type() {
        return type;
    }

    /**
     * For the engine alone, and not promised: returns the column as it is stored whose rows are
     * converted to another type before a user sees them.
     *
     * @param served the type that users see
     * @return a column of this type, which equals none that is stored as it is served
     */
    @Internal
    public Column servedAs(ElementType served) {
        return new Column(name, kind, type, served, denseShape, shape);
    }

    /**
     * For the engine alone, and not promised: returns the column as it is stored whose rows are the
     * nonzero elements of dense ones.
     *
     * @param dense the shape of the rows that users see
     * @return a column of these elements, which equals none that is stored as it is served
     * @throws InvalidRowsException if no column has such a shape
     */
    @Internal
    public Column servedDense(int... dense) {
        checkedElements(name, type, dense);
        return new Column(name, kind, type, servedType, dense.clone(), shape);
    }

    /**
     * For the engine alone, and not promised: tells whether the rows are the nonzero elements of
     * dense ones.
     *
     * @return true if users see dense rows of another shape
     */
    @Internal
    public boolean isSparse() {
        return denseShape != null;
    }

    /**
     * For the engine alone, and not promised: returns the shape of the rows that users see.
     *
     * @return the dimensions; those of the column, unless it is stored sparse
     */
    @Internal
    public int[] servedShape() {
        int[] dense = denseShape;
        return dense == null ? shape() : dense.clone();
    }

    /**
     * For the engine alone, and not promised: returns the type of the rows that users see.
     *
     * @return the type; that of the elements, unless the column is stored in another precision
     */
    @Internal
    public ElementType servedType() {
        return servedType;
    }

    /**
     * Returns the number of dimensions of one row.
     *
     * @return the rank; 0 for a scalar
     */
    public int rank() {
        return shape.length;
    }

    /**
     * Returns what the rows are.
     *
     * @return the kind
     */
    public ColumnKind kind() {
        return kind;
    }

    /**
     * Tells whether the rows differ in shape.
     *
     * @return true if a dimension is {@link #VARIABLE}
     */
    public boolean isVariable() {
        return variable;
    }

    /**
     * Returns one dimension of a row.
     *
     * @param i the number of the dimension, from 0
     * @return its length, or {@link #VARIABLE}
     */
    public int dimension(int i) {
        return shape[i];
    }

    /**
     * Returns the shape of one row.
     *
     * @return the dimensions, {@link #VARIABLE} among them; the caller may keep the array
     */
    public int[] shape() {
        return shape.clone();
    }

    /**
     * Returns the number of elements of one row.
     *
     * @return the number of elements
     * @throws IllegalStateException if the column is variable: {@link RowShapes} tells it by row
     */
    public int rowElements() {
        if (variable) {
            throw new IllegalStateException("the rows of " + this + " differ in size");
        }
        return rowElements;
    }

    /**
     * Returns the size of one row of this column.
     *
     * @return the size in bytes
     * @throws IllegalStateException if the column is variable: {@link RowShapes} tells it by row
     */
    public int rowBytes() {
        return rowElements() * type.byteWidth();
    }

    /** The shape of a row without elements. */
    int[] emptyShape() {
        return Arrays.stream(shape).map(length -> length == VARIABLE ? 0 : length).toArray();
    }

    /**
     * Returns the size of a row of some shape.
     *
     * @throws InvalidRowsException if the shape does not fit the column
     */
    long bytesOf(int[] rowShape, int row) {
        boolean fits = rowShape.length == shape.length;
        long bytes = type.byteWidth();
        for (int axis = 0; axis < shape.length && fits; axis++) {
            int length = rowShape[axis];
            fits = shape[axis] == VARIABLE ? length >= 0 : length == shape[axis];
            bytes = Math.min(bytes * Math.max(0, length), 1L << (Integer.SIZE - 1)); // a long
        }
        if (!fits) {
            throw new InvalidRowsException(
                    Problem.of(
                            "row " + row + " of column " + this,
                            "a shape like " + Arrays.toString(shape),
                            Arrays.toString(rowShape),
                            "give the row's own length for each " + VARIABLE));
        }
        return bytes;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Column that
                && Objects.equals(name, that.name)
                && kind == that.kind
                && type == that.type
                && servedType == that.servedType
                && Arrays.equals(denseShape, that.denseShape)
                && Arrays.equals(shape, that.shape);
    }

    @Override
    public int hashCode() {
        return 31 * Objects.hash(name, type) + Arrays.hashCode(shape);
    }

    @Override
    public String toString() {
        String prefix = name == null ? "" : name + ":";
        String suffix = servedType == type ? "" : " served as " + servedType;
        if (denseShape != null) {
            suffix += ", the nonzero elements of " + Arrays.toString(denseShape);
        }
        return prefix + (kind == ColumnKind.TENSOR ? type + Arrays.toString(shape) : kind) + suffix;
    }

    private static InvalidRowsException invalidShape(
            @Nullable String name, int[] shape, String expected) {
        return new InvalidRowsException(
                Problem.of(
                        "column " + (name == null ? "(unnamed)" : "'" + name + "'"),
                        expected,
                        "shape " + Arrays.toString(shape),
                        "such rows cannot be cached: reshape or reduce the output"));
    }
}
