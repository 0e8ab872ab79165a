package io.github.djlcachex.interop.internal.table;

import io.github.djlcachex.interop.spi.ColumnData;
import io.github.djlcachex.interop.spi.LeafType;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.HalfPrecision;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Converts the elements of a column to another type. */
public final class Conversion {

    private Conversion() {}

    /** Returns the elements, little-endian; those of the column itself if they have the type. */
    static ByteBuffer convert(ColumnData column, ElementType type, String subject) {
        int count = column.start(column.rows());
        if (ElementTypes.leaf(type) == column.type()) {
            return column.values()
                    .slice(0, count * type.byteWidth())
                    .order(ByteOrder.LITTLE_ENDIAN);
        }
        ByteBuffer converted =
                ByteBuffer.allocate(Math.multiplyExact(count, type.byteWidth()))
                        .order(ByteOrder.LITTLE_ENDIAN);
        boolean isFloating = ElementTypes.isFloating(ElementTypes.leaf(type));
        for (int i = 0; i < count; i++) {
            if (isFloating) {
                putFloating(converted, type, Numbers.floating(column.type(), column.values(), i));
            } else {
                putInteger(converted, type, column, i, subject);
            }
        }
        return converted.flip();
    }

    /** Appends a number, rounded to the nearest one of the type. */
    public static void putFloating(ByteBuffer to, ElementType type, double value) {
        switch (type) {
            case FLOAT64 -> to.putDouble(value);
            case FLOAT16 -> to.putShort(HalfPrecision.toFloat16(value));
            case BFLOAT16 -> to.putShort(HalfPrecision.toBfloat16(value));
            default -> to.putFloat((float) value);
        }
    }

    private static void putInteger(
            ByteBuffer to, ElementType type, ColumnData column, int element, String subject) {
        long value = Numbers.integer(column, element);
        boolean fits = column.type() != LeafType.UINT64 || value >= 0;
        switch (type) {
            case INT64 -> to.putLong(value);
            case INT32 -> {
                to.putInt((int) value);
                fits &= value == (int) value;
            }
            case INT8 -> {
                to.put((byte) value);
                fits &= value == (byte) value;
            }
            default -> {
                to.put((byte) value);
                fits &= value == (value & 0xFF);
            }
        }
        if (!fits) {
            throw Refusals.rows(
                    subject,
                    "integers that " + type + " has",
                    column.type() == LeafType.UINT64
                            ? Long.toUnsignedString(value)
                            : Long.toString(value),
                    "choose a wider type");
        }
    }
}
