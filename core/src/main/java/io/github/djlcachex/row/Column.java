package io.github.djlcachex.row;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * A Column is one output of the extractor: its name, its element type and the shape of one row.
 *
 * <p>The shape is without the batch dimension, and empty for a scalar a row. Two columns are equal
 * if name, type and shape are. Immutable.
 */
public final class Column {

    /** The highest rank of a row. */
    public static final int MAX_RANK = 8;

    /** The most characters in a name. */
    public static final int MAX_NAME_LENGTH = 256;

    private final @Nullable String name;
    private final ElementType type;
    private final int[] shape;
    private final int rowElements;

    private Column(@Nullable String name, ElementType type, int[] shape) {
        this.name = name;
        this.type = Objects.requireNonNull(type, "type");
        this.shape = shape.clone();
        this.rowElements = checkedElements(name, type, this.shape);
    }

    /**
     * Returns a column without a name.
     *
     * @param type the type of the elements
     * @param shape the shape of one row; none for a scalar
     * @return the column
     * @throws InvalidRowsException if the rank is over {@value #MAX_RANK}, a dimension is under 1,
     *     or a row has more than 2^31 - 1 bytes
     */
    public static Column of(ElementType type, int... shape) {
        return new Column(null, type, shape);
    }

    /**
     * Returns a column.
     *
     * @param name the output's name, or null if it has none
     * @param type the type of the elements
     * @param shape the shape of one row; none for a scalar
     * @return the column
     * @throws InvalidRowsException if the name is blank or too long, the rank is over {@value
     *     #MAX_RANK}, a dimension is under 1, or a row has more than 2^31 - 1 bytes
     */
    public static Column of(@Nullable String name, ElementType type, int... shape) {
        checkName(name);
        return new Column(name, type, shape);
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
            if (dimension < 1) {
                throw invalidShape(name, shape, "dimensions of at least 1");
            }
            bytes *= dimension;
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
     * Returns the number of dimensions of one row.
     *
     * @return the rank; 0 for a scalar
     */
    public int rank() {
        return shape.length;
    }

    /**
     * Returns one dimension of a row.
     *
     * @param i the number of the dimension, from 0
     * @return its length
     */
    public int dimension(int i) {
        return shape[i];
    }

    /**
     * Returns the shape of one row.
     *
     * @return the dimensions; the caller may keep the array
     */
    public int[] shape() {
        return shape.clone();
    }

    /**
     * Returns the number of elements of one row.
     *
     * @return the number of elements
     */
    public int rowElements() {
        return rowElements;
    }

    /**
     * Returns the size of one row of this column.
     *
     * @return the size in bytes
     */
    public int rowBytes() {
        return rowElements * type.byteWidth();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Column that
                && Objects.equals(name, that.name)
                && type == that.type
                && Arrays.equals(shape, that.shape);
    }

    @Override
    public int hashCode() {
        return 31 * Objects.hash(name, type) + Arrays.hashCode(shape);
    }

    @Override
    public String toString() {
        return (name == null ? "" : name + ":") + type + Arrays.toString(shape);
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
