package io.github.djlcachex.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Comparisons of what was put with what came back. */
class TensorComparisonTest {

    @Test
    void arrays_thatDiffer_areToldByShapeTypeAndLargestDifference() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDArray one = manager.create(new float[] {1, 2, 3});
            NDArray other = manager.create(new float[] {1, 2.5f, 2.75f});
            NDArray ints = manager.create(new int[] {1, 2, 3});
            TensorComparison close = TensorCache.validate(new NDList(one), new NDList(other), 0.5);
            assertThat(close.isEqual()).isTrue();
            assertThat(close.largestDifference()).isEqualTo(0.5);
            TensorComparison far = TensorCache.validate(new NDList(one), new NDList(other), 0.49);
            assertThat(far.problems())
                    .containsExactly("tensor 0: largest difference 0.5, at element 1");
            assertThat(TensorCache.validate(new NDList(one), new NDList(ints), 9).problems())
                    .containsExactly("tensor 0: type FLOAT32, INT32");
            NDArray column = one.reshape(3, 1);
            column.setName("x");
            assertThat(TensorCache.validate(new NDList(one), new NDList(column), 9).problems())
                    .containsExactly("tensor 0: name null, x", "tensor 0: shape [3], [3, 1]");
            assertThat(TensorCache.validate(new NDList(one), new NDList(), 9).problems())
                    .containsExactly("number of tensors: 1, 0");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "FLOAT64, 7ff8000000000000, 7ff8000000000001, 0", // not a number, twice
        "FLOAT64, 7ff8000000000000, 0000000000000000, Infinity",
        "FLOAT64, 7ff0000000000000, 7ff0000000000000, 0",
        "FLOAT64, 8000000000000000, 0000000000000000, 0",
        "FLOAT32, 3f800000, 40000000, 1",
        "FLOAT16, 3c00, 4000, 1",
        "FLOAT16, 0001, 0000, 5.9604644775390625E-8",
        "FLOAT16, 7c00, fc00, Infinity",
        "FLOAT16, 7bff, 0000, 65504",
        "BFLOAT16, 3f80, 4000, 1",
        "INT8, 80, 7f, 255",
        "UINT8, 80, 7f, 1",
        "INT16, ffff, 0001, 2",
        "UINT16, ffff, 0001, 65534",
        "INT32, ffffffff, 00000001, 2",
        "UINT32, ffffffff, 00000001, 4294967294",
        "INT64, 7fffffffffffffff, 7ffffffffffffffe, 1",
        "INT64, 7fffffffffffffff, 8000000000000000, 1.8446744073709552E19",
        "UINT64, ffffffffffffffff, 0000000000000001, 1.8446744073709552E19",
        "BOOLEAN, 01, 00, 1",
        "COMPLEX64, 3f80000040000000, 3f80000040400000, 1"
    })
    void numbers_ofEachType_haveTheDifferenceOfTheirValues(
            TensorType type, String one, String other, double difference) {
        TensorComparison comparison =
                TensorCache.validateRaw(tensors(type, one), tensors(type, other), 0);
        assertThat(comparison.largestDifference()).isEqualTo(difference);
        assertThat(comparison.isEqual()).isEqualTo(difference == 0);
    }

    private static List<RawTensor> tensors(TensorType type, String bits) {
        ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(Long.parseUnsignedLong(bits, 16)).putLong(0);
        return List.of(RawTensor.of(type, new long[0], bytes.flip().limit(type.byteWidth())));
    }

    @Test
    void texts_thatDiffer_areToldSo() {
        long[] shape = {2};
        List<RawTensor> one = List.of(RawTensor.ofStrings(shape, List.of("a", "b")));
        List<RawTensor> other = List.of(RawTensor.ofStrings(shape, List.of("a", "c")));
        List<RawTensor> longer = List.of(RawTensor.ofStrings(shape, List.of("a", "bc")));
        assertThat(TensorCache.validateRaw(one, one, 0).isEqual()).isTrue();
        assertThat(TensorCache.validateRaw(one, other, 9).isEqual()).isFalse();
        assertThat(TensorCache.validateRaw(one, longer, 9).isEqual()).isFalse();
    }
}
