package io.github.djlcachex.spark.internal;

import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ColumnKind;
import io.github.djlcachex.row.HalfPrecision;

import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.util.ArrayData;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** An ElementSink collects the rows of one column, one after the other. For one thread. */
final class ElementSink {

    private final Column column;
    private final String name;
    private ByteBuffer bytes = littleEndian(new byte[1024]);

    ElementSink(Column column, String name) {
        this.column = column;
        this.name = name;
    }

    private static ByteBuffer littleEndian(byte[] memory) {
        return ByteBuffer.wrap(memory).order(ByteOrder.LITTLE_ENDIAN);
    }

    Column column() {
        return column;
    }

    String name() {
        return name;
    }

    /** Takes the value of a row, and returns the number of its elements. */
    int append(InternalRow row, int ordinal) {
        if (column.kind() != ColumnKind.TENSOR) {
            byte[] value =
                    column.kind() == ColumnKind.STRING
                            ? row.getUTF8String(ordinal).getBytes()
                            : row.getBinary(ordinal);
            reserve(value.length);
            bytes.put(value);
            return value.length;
        }
        if (column.rank() == 0) {
            reserve(column.rowBytes());
            put(row, ordinal);
            return 1;
        }
        return append(row.getArray(ordinal));
    }

    private int append(ArrayData array) {
        int count = array.numElements();
        if (!column.isVariable() && count != column.rowElements()) {
            throw CacheWrite.refused(
                    "column '" + name + "'",
                    "arrays of " + column.rowElements() + " elements, as those before",
                    "one of " + count,
                    "use another module id for other vectors");
        }
        reserve(Math.multiplyExact(count, column.type().byteWidth()));
        for (int i = 0; i < count; i++) {
            RowEncoder.checkPresent(array.isNullAt(i), name);
            put(array, i);
        }
        return count;
    }

    private void put(SpecializedGetters from, int ordinal) {
        switch (column.type()) {
            case FLOAT32 -> bytes.putFloat(from.getFloat(ordinal));
            case FLOAT64 -> bytes.putDouble(from.getDouble(ordinal));
            case FLOAT16 -> bytes.putShort(float16(from.getFloat(ordinal)));
            case BFLOAT16 -> bytes.putShort(HalfPrecision.toBfloat16(from.getFloat(ordinal)));
            case INT8 -> bytes.put(from.getByte(ordinal));
            case INT32 -> bytes.putInt(from.getInt(ordinal));
            case INT64 -> bytes.putLong(from.getLong(ordinal));
            case UINT8 -> bytes.put(unsigned(from.getShort(ordinal)));
            case BOOLEAN -> bytes.put((byte) (from.getBoolean(ordinal) ? 1 : 0));
        }
    }

    private short float16(float value) {
        if (Float.isFinite(value) && Math.abs(value) > HalfPrecision.MAX_FLOAT16) {
            throw outOfRange("a number that FLOAT16 has", value);
        }
        return HalfPrecision.toFloat16(value);
    }

    private byte unsigned(short value) {
        if (value < 0 || value > 255) {
            throw outOfRange("0 to 255", value);
        }
        return (byte) value;
    }

    private RuntimeException outOfRange(String expected, Object value) {
        return CacheWrite.refused(
                "column '" + name + "'",
                expected,
                String.valueOf(value),
                "scale the numbers, or use another module id for a column of another type");
    }

    private void reserve(int more) {
        int needed = Math.addExact(bytes.position(), more);
        if (needed > bytes.capacity()) {
            int capacity = (int) Math.min(Integer.MAX_VALUE - 8, 2L * needed);
            bytes = littleEndian(new byte[capacity]).put(bytes.flip());
        }
    }

    int bytes() {
        return bytes.position();
    }

    ByteBuffer toBuffer() {
        return bytes.slice(0, bytes.position()).order(ByteOrder.LITTLE_ENDIAN);
    }

    void clear() {
        bytes.clear();
    }
}
