package io.github.djlcachex.interop.internal.table;

import io.github.djlcachex.interop.spi.ColumnData;
import io.github.djlcachex.interop.spi.LeafType;
import io.github.djlcachex.row.HalfPrecision;

import java.nio.ByteBuffer;

/** Numbers reads and writes single elements of any type. */
public final class Numbers {

    private static final int BYTE_MASK = 0xFF;
    private static final int SHORT_MASK = 0xFFFF;
    private static final long INT_MASK = 0xFFFFFFFFL;

    private Numbers() {}

    /** Returns an integer. One of 64 bits without a sign is as if it had one. */
    public static long integer(ColumnData column, int element) {
        return integer(column.type(), column.values(), element);
    }

    static long integer(LeafType type, ByteBuffer values, int element) {
        return switch (type) {
            case INT8 -> values.get(element);
            case UINT8, BOOLEAN -> values.get(element) & BYTE_MASK;
            case INT16 -> values.getShort(element * Short.BYTES);
            case UINT16 -> values.getShort(element * Short.BYTES) & SHORT_MASK;
            case INT32 -> values.getInt(element * Integer.BYTES);
            case UINT32 -> values.getInt(element * Integer.BYTES) & INT_MASK;
            case INT64, UINT64 -> values.getLong(element * Long.BYTES);
            default -> throw new IllegalArgumentException(type + " is no integer");
        };
    }

    static double floating(LeafType type, ByteBuffer values, int element) {
        return switch (type) {
            case FLOAT16 -> HalfPrecision.fromFloat16(values.getShort(element * Short.BYTES));
            case BFLOAT16 -> HalfPrecision.fromBfloat16(values.getShort(element * Short.BYTES));
            case FLOAT32 -> values.getFloat(element * Float.BYTES);
            case FLOAT64 -> values.getDouble(element * Double.BYTES);
            default -> integer(type, values, element);
        };
    }
}
