package io.github.djlcachex.interop.internal.csv;

import io.github.djlcachex.interop.spi.LeafType;
import io.github.djlcachex.row.HalfPrecision;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * Numbers as decimal texts. A text is rounded once, to the nearest number of its type, so that what
 * was written comes back bit for bit.
 */
final class CsvNumbers {

    private static final int SHOWN_CHARS = 60;
    private static final int BYTE_MASK = 0xFF;

    private CsvNumbers() {}

    /** Appends a number; false if the text is none, or none that the type has. */
    static boolean put(ByteBuffer to, LeafType type, String text) {
        try {
            return switch (type) {
                case BOOLEAN -> putBoolean(to, text);
                case INT8, UINT8, INT32, INT64 -> putInteger(to, type, Long.parseLong(text));
                default -> putFloating(to, type, text);
            };
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static boolean putBoolean(ByteBuffer to, String text) {
        boolean isTrue = text.equalsIgnoreCase("true") || text.equals("1");
        to.put((byte) (isTrue ? 1 : 0));
        return isTrue || text.equalsIgnoreCase("false") || text.equals("0");
    }

    private static boolean putInteger(ByteBuffer to, LeafType type, long value) {
        switch (type) {
            case INT64 -> to.putLong(value);
            case INT32 -> to.putInt((int) value);
            default -> to.put((byte) value);
        }
        return switch (type) {
            case INT64 -> true;
            case INT32 -> value == (int) value;
            case INT8 -> value == (byte) value;
            default -> value == (value & BYTE_MASK);
        };
    }

    private static boolean putFloating(ByteBuffer to, LeafType type, String text) {
        boolean isFinite = isDecimal(text);
        String number = isFinite ? text : special(text);
        double value;
        switch (type) {
            case FLOAT64 -> {
                value = Double.parseDouble(number);
                to.putDouble(value);
            }
            case FLOAT16 -> {
                short bits = HalfPrecision.toFloat16(toOdd(number));
                value = HalfPrecision.fromFloat16(bits);
                to.putShort(bits);
            }
            case BFLOAT16 -> {
                short bits = HalfPrecision.toBfloat16(toOdd(number));
                value = HalfPrecision.fromBfloat16(bits);
                to.putShort(bits);
            }
            default -> {
                value = Float.parseFloat(number);
                to.putFloat((float) value);
            }
        }
        return !isFinite || Double.isFinite(value);
    }

    /** Rounds to odd, so that 16 bits are rounded to nearest once; see {@link HalfPrecision}. */
    private static double toOdd(String number) {
        double nearest = Double.parseDouble(number);
        boolean isOdd = (Double.doubleToRawLongBits(nearest) & 1) != 0;
        if (isOdd || nearest == 0 || !Double.isFinite(nearest)) {
            return nearest;
        }
        int side = new BigDecimal(number).compareTo(new BigDecimal(nearest));
        return side == 0 ? nearest : side > 0 ? Math.nextUp(nearest) : Math.nextDown(nearest);
    }

    /** Java's parser takes more: hexadecimal numbers, and a letter behind for the type. */
    private static boolean isDecimal(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> "0123456789+-.eE".indexOf(c) >= 0);
    }

    private static String special(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        String sign = lower.startsWith("-") ? "-" : "";
        boolean hasSign = lower.startsWith("-") || lower.startsWith("+");
        return switch (hasSign ? lower.substring(1) : lower) {
            case "inf", "infinity" -> sign + "Infinity";
            case "nan" -> "NaN";
            default -> throw new NumberFormatException(text);
        };
    }

    static boolean isBoolean(String text) {
        return text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false");
    }

    static boolean isNumber(String text) {
        return put(ByteBuffer.allocate(Double.BYTES), LeafType.FLOAT64, text);
    }

    /** Tells whether a number, or each number of a list, has the form of an integer. */
    static boolean isInteger(String text) {
        return text.chars().allMatch(c -> "0123456789+-[], \t".indexOf(c) >= 0);
    }

    /** Returns a number as text, which {@link #put} makes the same number of. */
    static String text(LeafType type, ByteBuffer values, int element) {
        return switch (type) {
            case FLOAT64 -> floating(Double.toString(values.getDouble(element * Double.BYTES)));
            case FLOAT32 -> floating(Float.toString(values.getFloat(element * Float.BYTES)));
            case FLOAT16 -> {
                short bits = values.getShort(element * Short.BYTES);
                yield floating(Float.toString(HalfPrecision.fromFloat16(bits)));
            }
            case BOOLEAN -> values.get(element) == 0 ? "false" : "true";
            case INT8 -> Byte.toString(values.get(element));
            case UINT8 -> Integer.toString(values.get(element) & BYTE_MASK);
            case INT32 -> Integer.toString(values.getInt(element * Integer.BYTES));
            case INT64 -> Long.toString(values.getLong(element * Long.BYTES));
            default -> throw new IllegalArgumentException(type + " is written as another type");
        };
    }

    /** NumPy, pandas, Polars and DuckDB read these names. */
    private static String floating(String text) {
        return switch (text) {
            case "NaN" -> "nan";
            case "Infinity" -> "inf";
            case "-Infinity" -> "-inf";
            default -> text;
        };
    }

    static String shortened(String text) {
        return text.length() <= SHOWN_CHARS ? text : text.substring(0, SHOWN_CHARS) + "…";
    }
}
