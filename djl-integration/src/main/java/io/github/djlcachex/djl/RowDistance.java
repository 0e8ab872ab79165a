package io.github.djlcachex.djl;

import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.RowBatch;

import java.nio.ByteBuffer;

/**
 * The distance between two rows that should be equal.
 *
 * @param largest the largest difference of two values
 * @param agrees whether all values are within the tolerance of their column
 */
record RowDistance(double largest, boolean agrees) {

    /** The tolerance relative to the largest value of a row, or to 1 if that is larger. */
    private static final double TOLERANCE = 1e-4;

    private static final double FLOAT16_TOLERANCE = 1e-2;

    /** The limit for a row of small values, relative to the largest of them. */
    private static final double SMALL_ROW_TOLERANCE = 1e-2;

    /** The rounding error of numbers near 1 that cancel each other out. */
    private static final double ROUNDING = 1e-7;

    /** Compares row {@code i} of a batch with row {@code j} of another one of the same schema. */
    static RowDistance between(RowBatch left, int i, RowBatch right, int j) {
        return beyondRounding(left, left, i, right, j);
    }

    /**
     * Compares a computed row with one that was rounded when it was stored. Of the distance, what
     * rounding does to the computed row is left out: two numbers that differ in the last bit may be
     * rounded to neighbours.
     *
     * @param left the batch of the computed row
     * @param rounded the same batch, rounded
     */
    static RowDistance beyondRounding(
            RowBatch left, RowBatch rounded, int i, RowBatch right, int j) {
        if (!left.shapes().sameRow(i, right.shapes(), j)) {
            return new RowDistance(Double.POSITIVE_INFINITY, false);
        }
        double largest = 0;
        boolean agrees = true;
        for (int c = 0; c < left.schema().columns().size(); c++) {
            Column column = left.schema().columns().get(c);
            RowDistance distance =
                    between(column, rowOf(left, c, i), rowOf(right, c, j), rowOf(rounded, c, i));
            largest = Math.max(largest, distance.largest);
            agrees &= distance.agrees;
        }
        return new RowDistance(largest, agrees);
    }

    private static ByteBuffer rowOf(RowBatch batch, int number, int row) {
        ByteBuffer buffer = batch.buffer(number);
        int rowBytes = batch.shapes().rowBytes(number, row);
        return buffer.slice(batch.shapes().offset(number, row), rowBytes).order(buffer.order());
    }

    private static RowDistance between(
            Column column, ByteBuffer left, ByteBuffer right, ByteBuffer rounded) {
        if (left.equals(right)) {
            return new RowDistance(0, true);
        }
        double largest = 0;
        double scale = 0;
        double rounding = 0;
        int bytes = column.type().byteWidth();
        for (int at = 0; at < left.limit(); at += bytes) {
            double a = valueAt(column, left, at);
            double b = valueAt(column, right, at);
            largest = Math.max(largest, difference(a, b));
            scale = Math.max(scale, Math.max(size(a), size(b)));
            rounding = Math.max(rounding, size(difference(a, valueAt(column, rounded, at))));
        }
        largest = Math.max(0, largest - rounding);
        double tolerance = tolerance(column);
        return tolerance == 0
                ? new RowDistance(Math.max(largest, 1), false) // two longs may be the same double
                : new RowDistance(largest, largest <= allowed(tolerance, scale));
    }

    private static double size(double value) {
        return Double.isFinite(value) ? Math.abs(value) : 0;
    }

    private static double allowed(double tolerance, double scale) {
        double share = tolerance * Math.max(1, scale);
        return Math.max(ROUNDING, Math.min(share, SMALL_ROW_TOLERANCE * scale));
    }

    /** Returns the difference; infinity if only one value is a number. */
    private static double difference(double a, double b) {
        if (Double.compare(a, b) == 0) {
            return 0;
        }
        double difference = Math.abs(a - b);
        return Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
    }

    private static double tolerance(Column column) {
        return switch (column.type()) {
            case FLOAT32, FLOAT64 -> TOLERANCE;
            case FLOAT16, BFLOAT16 -> FLOAT16_TOLERANCE;
            default -> 0;
        };
    }

    private static double valueAt(Column column, ByteBuffer row, int at) {
        return switch (column.type()) {
            case FLOAT32 -> row.getFloat(at);
            case FLOAT64 -> row.getDouble(at);
            case FLOAT16 -> float16(row.getShort(at));
            case BFLOAT16 -> Float.intBitsToFloat(row.getShort(at) << 16);
            case INT8 -> row.get(at);
            case UINT8, BOOLEAN -> row.get(at) & 0xff;
            case INT32 -> row.getInt(at);
            case INT64 -> row.getLong(at);
        };
    }

    /** Java 17 has no conversion of its own. */
    private static double float16(short bits) {
        int exponent = (bits >> 10) & 0x1f;
        int fraction = bits & 0x3ff;
        double magnitude =
                switch (exponent) {
                    case 0 -> Math.scalb((double) fraction, -24);
                    case 0x1f -> fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
                    default -> Math.scalb((double) (fraction | 0x400), exponent - 25);
                };
        return bits < 0 ? -magnitude : magnitude;
    }
}
