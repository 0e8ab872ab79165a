package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Rows of every rank and shape, cut out of larger ones and padded again. */
class RowBoxesTest {

    private static final int PADDING = 77;

    @Provide
    Arbitrary<int[]> shapes() {
        return Arbitraries.integers().between(0, 4).array(int[].class).ofMinSize(0).ofMaxSize(4);
    }

    private static PaddingValue padding(ElementType type) {
        return PaddingValue.of(PADDING, Column.of(type, Column.VARIABLE));
    }

    /** Returns the elements of a shape by a counter, so that none is the padding. */
    private static ByteBuffer numbers(int[] shape, int gap) {
        int elements = RowBoxes.elements(shape);
        ByteBuffer buffer = ByteBuffer.allocate(gap + elements * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < elements; i++) {
            buffer.putInt(gap + 4 * i, 1_000 + i);
        }
        return buffer;
    }

    private static int at(ByteBuffer buffer, int gap, int[] shape, int[] index) {
        int place = 0;
        for (int axis = 0; axis < shape.length; axis++) {
            place = place * shape[axis] + index[axis];
        }
        return buffer.getInt(gap + 4 * place);
    }

    /** Sets the next index of a shape, and returns false behind the last one. */
    private static boolean next(int[] index, int[] shape) {
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            if (++index[axis] < shape[axis]) {
                return true;
            }
            index[axis] = 0;
        }
        return false;
    }

    @Property
    void pad_aRow_hasItsElementsInTheCornerAndElsewhereThePadding(
            @ForAll("shapes") int[] own, @ForAll @IntRange(min = 0, max = 3) int more) {
        int[] full = Arrays.stream(own).map(length -> length + more).toArray();
        ByteBuffer row = numbers(own, 8);
        ByteBuffer padded = numbers(full, 4);
        RowBoxes.pad(row, 8, own, padded, 4, full, padding(ElementType.INT32));
        if (RowBoxes.elements(full) > 0) {
            int[] index = new int[full.length];
            do {
                boolean inside = true;
                for (int axis = 0; axis < own.length; axis++) {
                    inside &= index[axis] < own[axis];
                }
                assertThat(at(padded, 4, full, index))
                        .isEqualTo(inside ? at(row, 8, own, index) : PADDING);
            } while (next(index, full));
        }
        ByteBuffer again = ByteBuffer.allocate(row.capacity()).order(ByteOrder.LITTLE_ENDIAN);
        RowBoxes.cut(padded, 4, full, again, 8, own, 4);
        assertThat(again).isEqualTo(row);
    }

    @Property
    void lengthOf_aPaddedRow_isItsOwnLengthAlongEachAxis(
            @ForAll("shapes") int[] own, @ForAll @IntRange(min = 0, max = 3) int more) {
        int[] full = Arrays.stream(own).map(length -> length + more).toArray();
        ByteBuffer padded = numbers(full, 4);
        PaddingValue value = padding(ElementType.INT32);
        RowBoxes.pad(numbers(own, 0), 0, own, padded, 4, full, value);
        boolean empty = RowBoxes.elements(own) == 0;
        for (int axis = 0; axis < own.length; axis++) {
            int length = RowBoxes.lengthOf(padded, 4, full, axis, value);
            if (RowBoxes.elements(full) > 0) {
                assertThat(length).isEqualTo(empty ? 0 : own[axis]);
            }
        }
    }
}
