package io.github.djlcachex.spark.internal;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarArray;

/** Rows that are arrays: ranges of the elements of all rows. */
final class ArrayVector extends CacheVector {

    private final ElementVector elements;
    private final Offsets offsets;

    ArrayVector(DataType type, ElementVector elements, Offsets offsets) {
        super(type);
        this.elements = elements;
        this.offsets = offsets;
    }

    @Override
    public ColumnarArray getArray(int row) {
        int start = offsets.of(row);
        return new ColumnarArray(elements, start, offsets.of(row + 1) - start);
    }

    @Override
    public ColumnVector getChild(int ordinal) {
        return elements;
    }
}
