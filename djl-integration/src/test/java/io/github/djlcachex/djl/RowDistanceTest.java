package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** How far two rows are from each other, by the types of their columns. */
class RowDistanceTest {

    private static RowBatch row(ElementType type, long... bits) {
        ByteBuffer bytes =
                ByteBuffer.allocate(bits.length * type.byteWidth()).order(ByteOrder.LITTLE_ENDIAN);
        for (long value : bits) {
            switch (type.byteWidth()) {
                case 1 -> bytes.put((byte) value);
                case 2 -> bytes.putShort((short) value);
                case 4 -> bytes.putInt((int) value);
                default -> bytes.putLong(value);
            }
        }
        return RowBatch.wrap(RowSchema.of(Column.of(type, bits.length)), 1, bytes.flip());
    }

    private static RowBatch floats(float... values) {
        long[] bits = new long[values.length];
        for (int i = 0; i < values.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return row(ElementType.FLOAT32, bits);
    }

    private static RowDistance between(RowBatch left, RowBatch right) {
        return RowDistance.between(left, 0, right, 0);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1.00005, true",
        "1, 1.0002, false",
        "0.5, 0.50005, true",
        "0.5, 0.5002, false",
        "0.01, 0.01005, true",
        "0.01, 0.0102, false",
        "0.00001, 0.00002, false",
        "0, 0.00005, false",
        "0, 0.00000001, true",
        "1e6, 1000050, true",
        "1e6, 1000200, false",
        "NaN, NaN, true",
        "NaN, 1, false",
        "Infinity, Infinity, true",
        "Infinity, 1, false",
        "Infinity, -Infinity, false",
        "0, -0.0, true"
    })
    void between_floats_agreesWithinTheTolerance(float left, float right, boolean agrees) {
        assertThat(between(floats(left), floats(right)).agrees()).isEqualTo(agrees);
        assertThat(between(floats(right), floats(left)).agrees()).isEqualTo(agrees);
    }

    @Test
    void between_smallValuesOfALargeRow_areMeasuredByTheRow() {
        assertThat(between(floats(1000, 0), floats(1000, 0.05f)).agrees()).isTrue();
        assertThat(between(floats(1000, 0), floats(1000, 0.2f)).agrees()).isFalse();
        assertThat(between(floats(1, 5), floats(1, 7)).largest()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(names = {"INT8", "UINT8", "INT32", "INT64", "BOOLEAN"})
    void between_wholeNumbers_areEqualOrNot(ElementType type) {
        assertThat(between(row(type, 1, 0), row(type, 1, 0)).agrees()).isTrue();
        assertThat(between(row(type, 1, 0), row(type, 1, 1)).agrees()).isFalse();
        assertThat(between(row(type, 1, 0), row(type, 1, 1)).largest()).isEqualTo(1);
    }

    @Test
    void between_longsThatAreOneDouble_differ() {
        RowBatch left = row(ElementType.INT64, 1L << 60);
        RowBatch right = row(ElementType.INT64, (1L << 60) + 1);
        assertThat(between(left, right).agrees()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "0x3c00, 0x3c01, true", // 1 and its neighbour
        "0x3c00, 0x3c20, false", // 1 and 1.03
        "0x7bff, 0x7bf0, true", // 65504 and 65024
        "0x0001, 0x0002, true", // subnormal
        "0x7c00, 0x3c00, false", // infinity and 1
        "0x7e00, 0x7e00, true", // not a number
        "0xbc00, 0x3c00, false" // -1 and 1
    })
    void between_halfPrecision_agreesWithinItsTolerance(String left, String right, boolean agrees) {
        RowDistance distance =
                between(
                        row(ElementType.FLOAT16, Integer.decode(left)),
                        row(ElementType.FLOAT16, Integer.decode(right)));
        assertThat(distance.agrees()).isEqualTo(agrees);
    }
}
