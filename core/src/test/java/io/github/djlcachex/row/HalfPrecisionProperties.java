package io.github.djlcachex.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import java.math.BigDecimal;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;

/** The conversions between FLOAT32 and its two halves, against what the numbers are. */
class HalfPrecisionProperties {

    private static final int INFINITY_16 = 0x7c00;
    private static final int INFINITY_BF16 = 0x7f80;

    /** Any bits, so that NaNs, infinities and subnormals come as often as they exist. */
    @Provide
    Arbitrary<Float> floats() {
        return Arbitraries.oneOf(
                Arbitraries.integers().map(Float::intBitsToFloat),
                Arbitraries.floats().between(-70_000, 70_000),
                Arbitraries.floats().between(-1, 1).map(value -> value * 1e-4f),
                Arbitraries.of(
                        0f,
                        -0f,
                        65504f,
                        65519.996f,
                        65520f,
                        -65520f,
                        0x1p-24f,
                        0x1p-25f,
                        0x1.000002p-25f,
                        0x1.8p-24f,
                        Float.MAX_VALUE,
                        Float.MIN_VALUE,
                        Float.NaN,
                        Float.POSITIVE_INFINITY,
                        Float.NEGATIVE_INFINITY));
    }

    /** Beside the middle of two numbers of 16 bits, by less than single precision tells apart. */
    @Provide
    Arbitrary<Double> doubles() {
        Arbitrary<Integer> halves = Arbitraries.integers().between(0, INFINITY_16 - 2);
        Arbitrary<Double> besides = Arbitraries.of(0.0, 0x1p-40, -0x1p-40, 0x1p-52, -0x1p-52);
        return Combinators.combine(halves, besides, Arbitraries.of(1, -1))
                .as(
                        (bits, beside, sign) -> {
                            double low = HalfPrecision.fromFloat16((short) (int) bits);
                            double high = HalfPrecision.fromFloat16((short) (bits + 1));
                            return sign * ((low + high) / 2) * (1 + beside);
                        });
    }

    @Property
    void toFloat16_ofDoubles_isTheNearest(@ForAll("doubles") double value) {
        short bits = HalfPrecision.toFloat16(value);
        BigDecimal own = distance(HalfPrecision.fromFloat16(bits), value);
        for (int step : new int[] {-1, 1}) {
            float other = HalfPrecision.fromFloat16((short) (bits + step));
            boolean isNeighbour = Float.isFinite(other) && (other < 0) == (value < 0);
            if (isNeighbour) {
                int order = own.compareTo(distance(other, value));
                assertThat(order).as("%s and %s", bits, other).isNotPositive();
                assertThat(order == 0 && (bits & 1) == 1).as("a tie to even").isFalse();
            }
        }
    }

    @Property
    void toBfloat16_ofDoubles_isTheNearest(@ForAll("doubles") double value) {
        short bits = HalfPrecision.toBfloat16(value);
        BigDecimal own = distance(HalfPrecision.fromBfloat16(bits), value);
        for (int step : new int[] {-1, 1}) {
            float other = HalfPrecision.fromBfloat16((short) (bits + step));
            if (Float.isFinite(other) && (other < 0) == (value < 0)) {
                assertThat(own.compareTo(distance(other, value))).isNotPositive();
            }
        }
    }

    private static BigDecimal distance(float number, double value) {
        return new BigDecimal(number).subtract(new BigDecimal(value)).abs();
    }

    @Example
    void narrowing_ofDoublesOutOfRange_isAsOfFloats() {
        for (double value : new double[] {Double.NaN, 1e300, -1e300, 0.0, -0.0, 1e-300, -1e-300}) {
            assertThat(HalfPrecision.toFloat16(value))
                    .isEqualTo(HalfPrecision.toFloat16((float) value));
        }
        assertThat(HalfPrecision.toFloat16(65519.999999)).isEqualTo((short) 0x7bff);
        assertThat(HalfPrecision.toFloat16(65520.0)).isEqualTo((short) INFINITY_16);
    }

    @Example
    void fromFloat16_ofAllBits_isTheNumber() {
        for (int bits = 0; bits <= 0xffff; bits++) {
            float widened = HalfPrecision.fromFloat16((short) bits);
            int exponent = (bits >>> 10) & 31;
            int fraction = bits & 0x3ff;
            double magnitude =
                    exponent == 0
                            ? Math.scalb((double) fraction, -24)
                            : Math.scalb(1024.0 + fraction, exponent - 25);
            if (exponent == 31) {
                magnitude = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
            }
            float expected = (float) ((bits & 0x8000) == 0 ? magnitude : -magnitude);
            assertThat(Float.compare(widened, expected)).as(Integer.toHexString(bits)).isZero();
            if (!Float.isNaN(widened)) {
                assertThat(HalfPrecision.toFloat16(widened)).isEqualTo((short) bits);
            }
        }
    }

    /** The conversions of Java and those that stand in for them give the same files. */
    @Example
    void conversions_ofThisJavaAndOwnOnes_agree() {
        for (int bits = 0; bits <= 0xffff; bits++) {
            assertThat(Float.floatToRawIntBits(HalfPrecision.fromFloat16((short) bits)))
                    .as(Integer.toHexString(bits))
                    .isEqualTo(Float.floatToRawIntBits(HalfPrecision.widen((short) bits)));
        }
        for (int upper = 0; upper <= 0xffff; upper++) {
            for (int lower : new int[] {0, 1, 0x0fff, 0x1000, 0x1001, 0x2fff, 0x3000, 0xffff}) {
                float value = Float.intBitsToFloat((upper << 16) | lower);
                assertThat(HalfPrecision.toFloat16(value))
                        .as(Integer.toHexString((upper << 16) | lower))
                        .isEqualTo(HalfPrecision.narrow(value));
            }
        }
    }

    @Property
    void toFloat16_isTheNearest_andEvenOfTwo(@ForAll("floats") float value) {
        short bits = HalfPrecision.toFloat16(value);
        if (Float.isNaN(value)) {
            assertThat(HalfPrecision.fromFloat16(bits)).isNaN();
            assertThat((bits & 0x0200)).as("quiet").isNotZero();
            return;
        }
        assertThat(bits < 0).as("sign").isEqualTo(Float.floatToRawIntBits(value) < 0);
        assertNearest(Math.abs(value), bits & 0x7fff, INFINITY_16, true);
    }

    @Property
    void toBfloat16_isTheNearest_andEvenOfTwo(@ForAll("floats") float value) {
        short bits = HalfPrecision.toBfloat16(value);
        if (Float.isNaN(value)) {
            assertThat(HalfPrecision.fromBfloat16(bits)).isNaN();
            assertThat((bits & 0x0040)).as("quiet").isNotZero();
            return;
        }
        assertThat(bits < 0).as("sign").isEqualTo(Float.floatToRawIntBits(value) < 0);
        assertNearest(Math.abs(value), bits & 0x7fff, INFINITY_BF16, false);
    }

    private static void assertNearest(double magnitude, int bits, int infinity, boolean float16) {
        if (Double.isInfinite(magnitude)) {
            assertThat(bits).isEqualTo(infinity);
            return;
        }
        double distance = Math.abs(numberOf(bits, infinity, float16) - magnitude);
        for (int neighbour : new int[] {bits - 1, bits + 1}) {
            if (neighbour >= 0 && neighbour <= infinity) {
                double other = Math.abs(numberOf(neighbour, infinity, float16) - magnitude);
                assertThat(distance).isLessThanOrEqualTo(other);
                assertThat(distance < other || bits % 2 == 0).as("even of two").isTrue();
            }
        }
    }

    /** What is beyond the largest number is rounded as if numbers went on. */
    private static double numberOf(int bits, int infinity, boolean float16) {
        if (bits == infinity) {
            return float16 ? 65536 : 0x1p128;
        }
        return float16
                ? HalfPrecision.fromFloat16((short) bits)
                : HalfPrecision.fromBfloat16((short) bits);
    }

    @Property(tries = 50)
    void arraysAndBuffers_ofAnyLength_areConvertedOneByOne(
            @ForAll("lengths") int length, @ForAll boolean direct) {
        FloatBuffer values = floats(length, direct);
        ShortBuffer bits = shorts(length, direct);
        for (int i = 0; i < length; i++) {
            values.put(i, (i - 7) * 0.37f);
        }
        HalfPrecision.toFloat16(values, bits);
        assertThat(values.hasRemaining() || bits.hasRemaining()).isFalse();
        FloatBuffer widened = floats(length, direct);
        HalfPrecision.fromFloat16(bits.rewind(), widened);
        for (int i = 0; i < length; i++) {
            assertThat(bits.get(i)).isEqualTo(HalfPrecision.toFloat16(values.get(i)));
            assertThat(widened.get(i)).isEqualTo(HalfPrecision.fromFloat16(bits.get(i)));
        }
        HalfPrecision.toBfloat16(values.rewind(), bits.rewind());
        HalfPrecision.fromBfloat16(bits.rewind(), widened.rewind());
        for (int i = 0; i < length; i++) {
            assertThat(bits.get(i)).isEqualTo(HalfPrecision.toBfloat16(values.get(i)));
            assertThat(widened.get(i)).isEqualTo(HalfPrecision.fromBfloat16(bits.get(i)));
        }
    }

    @Provide
    Arbitrary<Integer> lengths() {
        return Arbitraries.of(0, 1, 7, 1023, 1024, 1025, 3000);
    }

    @Example
    void toFloat16_intoASmallerBuffer_isRefused() {
        assertThatThrownBy(
                        () ->
                                HalfPrecision.toFloat16(
                                        FloatBuffer.allocate(3), ShortBuffer.allocate(2)))
                .isInstanceOf(BufferOverflowException.class);
    }

    private static FloatBuffer floats(int length, boolean direct) {
        return bytes(length * Float.BYTES, direct).asFloatBuffer();
    }

    private static ShortBuffer shorts(int length, boolean direct) {
        return bytes(length * Short.BYTES, direct).asShortBuffer();
    }

    private static ByteBuffer bytes(int size, boolean direct) {
        ByteBuffer bytes = direct ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
        return bytes.order(ByteOrder.LITTLE_ENDIAN);
    }
}
