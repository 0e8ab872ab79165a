package io.github.djlcachex.spark.internal;

import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ColumnKind;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowShapes;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.apache.spark.sql.vectorized.ColumnarMap;
import org.apache.spark.unsafe.types.UTF8String;

/** A CacheVector is a column of Spark without nulls; what its type does not have is refused. */
abstract class CacheVector extends ColumnVector {

    CacheVector(DataType type) {
        super(type);
    }

    /** The vector of a field of a batch. */
    static ColumnVector of(SourceField field, Keys keys, RowBatch rows, boolean raw) {
        DataType type = field.field().dataType();
        return switch (field.part()) {
            case ID -> new KeyVector(type, keys);
            case SHAPE -> shapes(type, rows.shapes(), field.column());
            case ELEMENTS -> elements(type, rows, field.column(), raw);
        };
    }

    private static ColumnVector elements(DataType type, RowBatch rows, int number, boolean raw) {
        Column column = rows.schema().columns().get(number);
        RowShapes shapes = rows.shapes();
        if (column.kind() == ColumnKind.STRING || SourceField.isBytes(column, raw)) {
            return new BytesVector(type, rows.buffer(number), row -> shapes.offset(number, row));
        }
        ElementVector elements = new ElementVector(column.type(), rows.buffer(number));
        if (column.rank() == 0) {
            return elements;
        }
        int width = column.type().byteWidth();
        return new ArrayVector(type, elements, row -> shapes.offset(number, row) / width);
    }

    private static ColumnVector shapes(DataType type, RowShapes shapes, int column) {
        int rank = shapes.schema().columns().get(column).rank();
        return new ArrayVector(
                type, ElementVector.ofShapes(shapes, column, rank), row -> row * rank);
    }

    /** Where a row starts; the number of rows gives the end of the last one. */
    interface Offsets {
        int of(int row);
    }

    @Override
    public void close() {}

    @Override
    public boolean hasNull() {
        return false;
    }

    @Override
    public int numNulls() {
        return 0;
    }

    @Override
    public boolean isNullAt(int row) {
        return false;
    }

    private UnsupportedOperationException other(String kind) {
        return new UnsupportedOperationException("a column of " + dataType() + " has no " + kind);
    }

    @Override
    public boolean getBoolean(int row) {
        throw other("boolean");
    }

    @Override
    public byte getByte(int row) {
        throw other("byte");
    }

    @Override
    public short getShort(int row) {
        throw other("short");
    }

    @Override
    public int getInt(int row) {
        throw other("int");
    }

    @Override
    public long getLong(int row) {
        throw other("long");
    }

    @Override
    public float getFloat(int row) {
        throw other("float");
    }

    @Override
    public double getDouble(int row) {
        throw other("double");
    }

    @Override
    public ColumnarArray getArray(int row) {
        throw other("array");
    }

    @Override
    public ColumnarMap getMap(int row) {
        throw other("map");
    }

    @Override
    public Decimal getDecimal(int row, int precision, int scale) {
        throw other("decimal");
    }

    @Override
    public UTF8String getUTF8String(int row) {
        throw other("string");
    }

    @Override
    public byte[] getBinary(int row) {
        throw other("binary");
    }

    @Override
    public ColumnVector getChild(int ordinal) {
        throw other("child");
    }
}
