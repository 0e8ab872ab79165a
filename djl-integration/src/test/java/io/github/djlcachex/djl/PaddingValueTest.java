package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.InvalidOptionException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/** The bits of a padding value in every type, and the values that a type does not have. */
class PaddingValueTest {

    private static PaddingValue of(double value, ElementType type) {
        return PaddingValue.of(value, Column.of("tokens", type, Column.VARIABLE));
    }

    @ParameterizedTest
    @CsvSource({
        "FLOAT32, -1, bf800000",
        "FLOAT32, 0.1, 3dcccccd",
        "FLOAT32, -Infinity, ff800000",
        "FLOAT64, 0.1, 3fb999999999999a",
        "FLOAT16, 0, 0000",
        "FLOAT16, -0.0, 8000",
        "FLOAT16, 1, 3c00",
        "FLOAT16, -10000, f0e2",
        "FLOAT16, 65504, 7bff",
        "FLOAT16, 0.1, 2e66",
        "FLOAT16, 0.00006097555, 03ff", // the largest subnormal
        "FLOAT16, 0.00006103515625, 0400", // the smallest normal
        "FLOAT16, 1.9999, 4000", // a carry into the exponent
        "FLOAT16, 1.00048828125, 3c00", // halfway, to the even one
        "FLOAT16, 1.00146484375, 3c02",
        "FLOAT16, NaN, 7e00",
        "FLOAT16, Infinity, 7c00",
        "BFLOAT16, 1, 3f80",
        "BFLOAT16, 0.1, 3dcd",
        "BFLOAT16, -Infinity, ff80",
        "BOOLEAN, 1, 01",
        "UINT8, 255, ff",
        "INT8, -128, 80",
        "INT32, -100, ffffff9c",
        "INT64, -1, ffffffffffffffff",
    })
    void fill_aValue_hasTheBitsOfItsType(ElementType type, double value, String hex) {
        ByteBuffer row = ByteBuffer.allocate(3 * type.byteWidth()).order(ByteOrder.LITTLE_ENDIAN);
        of(value, type).fill(row, 0, row.capacity());
        ByteBuffer reversed = ByteBuffer.allocate(row.capacity());
        for (int i = row.capacity() - 1; i >= 0; i--) {
            reversed.put(row.get(i));
        }
        assertThat(HexFormat.of().formatHex(reversed.array())).isEqualTo(hex.repeat(3));
        assertThat(of(value, type).fills(row, 0, row.capacity())).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "FLOAT32, 1e39",
        "FLOAT16, -1e9",
        "FLOAT16, 65505",
        "BFLOAT16, 3.4e38",
        "BOOLEAN, 2",
        "UINT8, -1",
        "UINT8, 256",
        "INT8, 128",
        "INT32, 0.5",
        "INT32, NaN",
        "INT32, 2147483648",
        "INT64, 0.5",
    })
    void of_aValueThatTheTypeDoesNotHave_isRefusedWithBoth(ElementType type, double value) {
        assertThatThrownBy(() -> of(value, type))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContainingAll(
                        "padding of output tokens", type.name(), String.valueOf(value));
    }

    @Test
    void of_aLongThatNoDoubleHolds_isKept() {
        long odd = (1L << 53) + 1;
        ByteBuffer row = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        PaddingValue.of(odd, Column.of(ElementType.INT64, Column.VARIABLE)).fill(row, 0, 8);
        assertThat(row.getLong(0)).isEqualTo(odd);
    }

    @Test
    void fills_zerosOfBothSigns_areThePaddingZero() {
        ByteBuffer row = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        row.putFloat(0, -0f).putFloat(4, 0f);
        assertThat(of(0, ElementType.FLOAT32).fills(row, 0, 8)).isTrue();
        row.putFloat(4, Float.MIN_VALUE);
        assertThat(of(0, ElementType.FLOAT32).fills(row, 0, 8)).isFalse();
        row.putFloat(0, 1f).putFloat(4, -1f);
        assertThat(of(1, ElementType.FLOAT32).fills(row, 0, 8)).isFalse();
    }

    @Test
    void fills_float16OfEachSign_isToldApart() {
        ByteBuffer row = ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN);
        row.putShort(0, (short) 0xbc00);
        assertThat(of(-1, ElementType.FLOAT16).fills(row, 0, 2)).isTrue();
        assertThat(of(1, ElementType.FLOAT16).fills(row, 0, 2)).isFalse();
    }
}
