package io.github.djlcachex.interop.spi;

import java.util.Arrays;

/**
 * TableColumn is a column of a file that is written: its name, and what its rows are. Immutable.
 */
public final class TableColumn {

    /** The length of a dimension that differs from row to row. */
    public static final int VARIABLE = -1;

    private final String name;
    private final LeafType type;
    private final int[] shape;

    private TableColumn(String name, LeafType type, int[] shape) {
        this.name = name;
        this.type = type;
        this.shape = shape;
    }

    /**
     * Returns a column.
     *
     * @param name the name
     * @param type the type of the elements
     * @param shape the shape of a row, with {@link #VARIABLE} for each dimension that differs;
     *     empty for single numbers, texts and blobs
     * @return the column
     */
    public static TableColumn of(String name, LeafType type, int... shape) {
        return new TableColumn(name, type, shape.clone());
    }

    /**
     * Returns the name.
     *
     * @return the name
     */
    public String name() {
        return name;
    }

    /**
     * Returns the type of the elements.
     *
     * @return the type
     */
    public LeafType type() {
        return type;
    }

    /**
     * Returns the shape of a row.
     *
     * @return the dimensions; the caller may keep the array
     */
    public int[] shape() {
        return shape.clone();
    }

    /**
     * Tells whether rows differ in shape.
     *
     * @return true if a dimension is {@link #VARIABLE}
     */
    public boolean isVariable() {
        return Arrays.stream(shape).anyMatch(length -> length == VARIABLE);
    }

    @Override
    public String toString() {
        return name + ":" + type + (shape.length == 0 ? "" : Arrays.toString(shape));
    }
}
