package io.github.djlcachex.cli;

import com.fasterxml.jackson.core.JsonGenerator;

import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ColumnBuffer;
import io.github.djlcachex.row.ColumnKind;
import io.github.djlcachex.row.HalfPrecision;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** A RowValue is what one row has in one column. */
final class RowValue {

    private static final String CUT = "..";

    private final Column column;
    private final int[] shape;
    private final ByteBuffer bytes;

    RowValue(ColumnBuffer column, int row) {
        this.column = column.column();
        this.shape = column.shape(row);
        this.bytes = column.row(row);
    }

    int size() {
        return bytes.remaining() / column.type().byteWidth();
    }

    boolean isTensor() {
        return column.kind() == ColumnKind.TENSOR;
    }

    /** An element as a number; a truth value is 0 or 1. */
    double number(int i) {
        return switch (column.type()) {
            case FLOAT32 -> bytes.getFloat(4 * i);
            case FLOAT64 -> bytes.getDouble(8 * i);
            case FLOAT16 -> HalfPrecision.fromFloat16(bytes.getShort(2 * i));
            case BFLOAT16 -> HalfPrecision.fromBfloat16(bytes.getShort(2 * i));
            case INT64 -> bytes.getLong(8 * i);
            case INT32 -> bytes.getInt(4 * i);
            case INT8 -> bytes.get(i);
            case UINT8 -> bytes.get(i) & 0xff;
            case BOOLEAN -> bytes.get(i) == 0 ? 0 : 1;
        };
    }

    private boolean hasIntegers() {
        return switch (column.type()) {
            case INT64, INT32, INT8, UINT8, BOOLEAN -> true;
            default -> false;
        };
    }

    /** Tells whether an element differs from another row's by no more; NaN is as NaN. */
    boolean isWithin(RowValue other, int i, double tolerance) {
        if (hasIntegers() && other.hasIntegers()) {
            return isWithin(integer(i), other.integer(i), tolerance);
        }
        double p = number(i);
        double q = other.number(i);
        return Double.compare(p, q) == 0 || Math.abs(p - q) <= tolerance; // false for a NaN
    }

    /** As longs: those above 2^53 are not all doubles. */
    private static boolean isWithin(long p, long q, double tolerance) {
        long difference = p - q;
        boolean overflows = ((p ^ q) & (p ^ difference)) < 0;
        return Math.abs(overflows ? (double) p - q : difference) <= tolerance;
    }

    /** The element as bits that are the same for the same number alone; -0 is as 0. */
    long bits(int i) {
        return hasIntegers() ? integer(i) : Double.doubleToLongBits(number(i) + 0.0);
    }

    private String element(int i) {
        return switch (column.type()) {
            case FLOAT32, FLOAT16, BFLOAT16 -> Figures.shortest((float) number(i));
            case FLOAT64 -> Figures.shortest(number(i));
            case BOOLEAN -> Boolean.toString(bytes.get(i) != 0);
            default -> Long.toString(integer(i));
        };
    }

    /** An element of a type without fractions. */
    private long integer(int i) {
        return switch (column.type()) {
            case INT64 -> bytes.getLong(8 * i);
            case INT32 -> bytes.getInt(4 * i);
            case INT8 -> bytes.get(i);
            default -> bytes.get(i) & 0xff;
        };
    }

    /** The elements in brackets, or the text; as many characters as fit, the rest left out. */
    String text(int width) {
        if (!isTensor()) {
            String text = column.kind() == ColumnKind.STRING ? string() : hex();
            String escaped = Escapes.line(text);
            int most = Math.max(CUT.length() + 1, width);
            return escaped.length() <= most ? escaped : cut(escaped, most);
        }
        StringBuilder text = new StringBuilder("[");
        String end = " " + CUT + " " + size() + " values]";
        for (int i = 0; i < size(); i++) {
            String next = (i == 0 ? "" : " ") + element(i);
            boolean last = i == size() - 1;
            if (i > 0 && text.length() + next.length() + (last ? 1 : end.length()) > width) {
                return text.append(end).toString();
            }
            text.append(next);
        }
        return text.append(']').toString();
    }

    private static String cut(String text, int most) {
        int end = most - CUT.length();
        boolean inside = Character.isHighSurrogate(text.charAt(end - 1));
        return text.substring(0, inside ? end - 1 : end) + CUT;
    }

    private String string() {
        return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }

    private String hex() {
        byte[] all = new byte[bytes.remaining()];
        bytes.duplicate().get(all);
        return HexFormat.of().formatHex(all);
    }

    /** Writes the shape and the elements, or the text; bytes as hex digits. */
    void write(JsonGenerator json) throws IOException {
        json.writeFieldName("shape");
        json.writeArray(shape, 0, shape.length);
        if (!isTensor()) {
            json.writeStringField("value", column.kind() == ColumnKind.STRING ? string() : hex());
            return;
        }
        json.writeArrayFieldStart("values");
        for (int i = 0; i < size(); i++) {
            switch (column.type()) {
                case FLOAT32, FLOAT16, BFLOAT16 -> json.writeNumber((float) number(i));
                case FLOAT64 -> json.writeNumber(number(i));
                case BOOLEAN -> json.writeBoolean(bytes.get(i) != 0);
                default -> json.writeNumber(integer(i));
            }
        }
        json.writeEndArray();
    }
}
