package io.github.djlcachex.row;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One output of the extractor: its name, element type and the shape of one row.
 *
 * @param name the output's name, or null if it has none
 * @param type the type of the elements
 * @param shape the shape of one row, without the batch dimension; empty for a scalar a row
 */
public record Column(@Nullable String name, ElementType type, List<Integer> shape) {

    /** The highest rank of a row. */
    public static final int MAX_RANK = 8;

    /** The most characters in a name. */
    public static final int MAX_NAME_LENGTH = 256;

    /**
     * Checks and copies the shape.
     *
     * @param name the output's name, or null if it has none
     * @param type the type of the elements
     * @param shape the shape of one row
     * @throws InvalidRowsException if the name is blank or too long, the rank is over {@value
     *     #MAX_RANK}, a dimension is under 1, or a row has more than 2^31 - 1 bytes
     */
    public Column {
        shape = List.copyOf(shape);
        if (name != null && (name.isBlank() || name.length() > MAX_NAME_LENGTH)) {
            throw new InvalidRowsException(
                    "column name",
                    "1 to " + MAX_NAME_LENGTH + " characters",
                    "'" + name + "'",
                    "name the output, or leave it unnamed");
        }
        if (name != null && !StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
            throw new InvalidRowsException(
                    "column name", "well-formed Unicode", "a lone surrogate", "use valid text");
        }
        if (shape.size() > MAX_RANK) {
            throw invalidShape(name, shape, "at most " + MAX_RANK + " dimensions");
        }
        long bytes = type.bytes();
        for (int dimension : shape) {
            if (dimension < 1) {
                throw invalidShape(name, shape, "dimensions of at least 1");
            }
            bytes *= dimension;
            if (bytes > Integer.MAX_VALUE) {
                throw invalidShape(name, shape, "at most " + Integer.MAX_VALUE + " bytes a row");
            }
        }
    }

    /**
     * Returns a column with a name.
     *
     * @param name the output's name
     * @param type the type of the elements
     * @param shape the shape of one row; none for a scalar
     * @return the column
     */
    public static Column named(String name, ElementType type, Integer... shape) {
        return new Column(name, type, List.of(shape));
    }

    /**
     * Returns a column without a name.
     *
     * @param type the type of the elements
     * @param shape the shape of one row; none for a scalar
     * @return the column
     */
    public static Column unnamed(ElementType type, Integer... shape) {
        return new Column(null, type, List.of(shape));
    }

    /**
     * Returns the number of elements of one row.
     *
     * @return the number of elements
     */
    public int rowElements() {
        int elements = 1;
        for (int i = 0; i < shape.size(); i++) { // asked for every row: no iterator
            elements *= shape.get(i);
        }
        return elements;
    }

    /**
     * Returns the size of one row of this column.
     *
     * @return the size in bytes
     */
    public int rowBytes() {
        return rowElements() * type.bytes();
    }

    @Override
    public String toString() {
        return (name == null ? "" : name + ":") + type + shape;
    }

    private static InvalidRowsException invalidShape(
            @Nullable String name, List<Integer> shape, String expected) {
        return new InvalidRowsException(
                "column " + (name == null ? "(unnamed)" : "'" + name + "'"),
                expected,
                "shape " + shape,
                "such rows cannot be cached: reshape or reduce the output");
    }
}
