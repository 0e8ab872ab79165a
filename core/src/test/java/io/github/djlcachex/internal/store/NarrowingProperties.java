package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.StoredAs;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.RowShapes;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import org.jspecify.annotations.NullUnmarked;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The bounds that {@link StoredAs} states, and that a row is rounded once. */
@NullUnmarked
class NarrowingProperties {

    /** Rows of any bits, of a usual size, and at the ends of the ranges. */
    @Provide
    Arbitrary<float[]> rows() {
        Arbitrary<Float> usual = Arbitraries.floats().between(-100, 100);
        Arbitrary<Float> small = Arbitraries.floats().between(-5, 5).map(value -> value * 1e-36f);
        Arbitrary<Float> large =
                Arbitraries.floats().between(-1, 1).map(value -> value * Float.MAX_VALUE);
        Arbitrary<Float> bits = Arbitraries.integers().map(Float::intBitsToFloat);
        Arbitrary<Float> ends =
                Arbitraries.of(
                        0f,
                        -0f,
                        65504f,
                        65520f,
                        Float.MAX_VALUE,
                        Float.MIN_VALUE,
                        Float.MIN_NORMAL,
                        0x1p-119f,
                        0x1.fffffep-120f,
                        0x1p-118f,
                        0x1.fcp-120f);
        return Arbitraries.oneOf(
                        usual, small, large, bits, ends, Arbitraries.oneOf(usual, small, ends))
                .array(float[].class)
                .ofMinSize(1)
                .ofMaxSize(2100);
    }

    private static final class Rounded {
        final float[] once;
        final float[] twice;
        final boolean outOfRange;
        final List<byte[]> bytes;
        final List<byte[]> bytesAgain;

        Rounded(StoredAs precision, float[] row) {
            RowSchema served = RowSchema.of(Column.of("a", ElementType.FLOAT32, row.length));
            Narrowing narrowing =
                    Narrowing.of(
                            new StoredColumns(precision, Map.of(), Map.of())
                                    .of(served, column -> true));
            RowBatch batch = RowBatch.allocateOnHeap(served, 1);
            batch.buffer(0).asFloatBuffer().put(row);
            Scratch scratch = new Scratch(1 << 16);
            RowBatch narrow = narrowing.room(batch, narrowing.storedShapes(batch), scratch);
            outOfRange = !narrowing.narrow(batch, narrow, scratch).isEmpty();
            RowBatch wide = RowBatch.allocateOnHeap(served, 1);
            narrowing.widen(narrow, new BitSet(), wide, scratch);
            once = numbers(wide);
            bytes = bytes(narrow);
            RowBatch again = narrowing.room(wide, narrowing.storedShapes(wide), scratch);
            narrowing.narrow(wide, again, scratch);
            bytesAgain = bytes(again);
            narrowing.widen(again, new BitSet(), wide, scratch);
            twice = numbers(wide);
        }

        private static float[] numbers(RowBatch batch) {
            float[] numbers = new float[batch.buffer(0).capacity() / Float.BYTES];
            batch.buffer(0).asFloatBuffer().get(numbers);
            return numbers;
        }

        private static List<byte[]> bytes(RowBatch batch) {
            return IntStream.range(0, batch.schema().columns().size())
                    .mapToObj(
                            c -> {
                                byte[] bytes = new byte[batch.buffer(c).capacity()];
                                batch.buffer(c).get(0, bytes);
                                return bytes;
                            })
                    .toList();
        }
    }

    @Property
    void rowThatWasRead_isNarrowedToTheSameBytes(
            @ForAll StoredAs precision, @ForAll("rows") float[] row) {
        Rounded rounded = new Rounded(precision, row);
        if (!rounded.outOfRange) {
            assertThat(rounded.bytesAgain).usingRecursiveComparison().isEqualTo(rounded.bytes);
            assertThat(rounded.twice).isEqualTo(rounded.once);
        }
    }

    @Property
    void float16_isWithinItsBound(@ForAll("rows") float[] row) {
        Rounded rounded = new Rounded(StoredAs.FLOAT16, row);
        for (int i = 0; i < row.length && !rounded.outOfRange; i++) {
            assertWithin(row[i], rounded.once[i], Math.max(Math.abs(row[i]) * 0x1p-11, 0x1p-25));
        }
    }

    @Property
    void bfloat16_isWithinItsBound(@ForAll("rows") float[] row) {
        Rounded rounded = new Rounded(StoredAs.BFLOAT16, row);
        for (int i = 0; i < row.length && !rounded.outOfRange; i++) {
            assertWithin(row[i], rounded.once[i], Math.max(Math.abs(row[i]) * 0x1p-8, 0x1p-134));
        }
    }

    @Property
    void int8_isWithinItsBound(@ForAll("rows") float[] row) {
        double greatest = 0;
        for (float value : row) {
            greatest = Math.max(greatest, Math.abs((double) value));
        }
        Rounded rounded = new Rounded(StoredAs.INT8, row);
        assertThat(rounded.outOfRange).isEqualTo(!Double.isFinite(greatest));
        for (int i = 0; i < row.length && !rounded.outOfRange; i++) {
            double bound = greatest < 0x1p-119 ? 0x1p-119 : greatest / 253;
            assertWithin(row[i], rounded.once[i], bound);
        }
    }

    private static void assertWithin(float value, float rounded, double bound) {
        if (Float.isNaN(value) || Float.isInfinite(value)) {
            assertThat(Float.compare(rounded, value)).isZero();
        } else {
            assertThat(Math.abs((double) rounded - value)).isLessThanOrEqualTo(bound);
        }
    }

    /** 65519.996 is the last that is rounded down; no finite number becomes an infinity. */
    @Example
    void outOfRange_isAFiniteNumberThatWouldBeInfinite() {
        float[] bfloat16 = {0x1.fefffep127f, 0x1.ffp127f, Float.MAX_VALUE};
        assertThat(new Rounded(StoredAs.FLOAT16, new float[] {1, 65519.996f}).outOfRange).isFalse();
        assertThat(new Rounded(StoredAs.FLOAT16, new float[] {1, 65520}).outOfRange).isTrue();
        assertThat(new Rounded(StoredAs.FLOAT16, new float[] {-65520, 1}).outOfRange).isTrue();
        assertThat(new Rounded(StoredAs.BFLOAT16, new float[] {bfloat16[0]}).outOfRange).isFalse();
        assertThat(new Rounded(StoredAs.BFLOAT16, new float[] {bfloat16[1]}).outOfRange).isTrue();
        assertThat(new Rounded(StoredAs.BFLOAT16, new float[] {bfloat16[2]}).outOfRange).isTrue();
        float[] infinite = {Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN};
        assertThat(new Rounded(StoredAs.FLOAT16, infinite).once).isEqualTo(infinite);
        assertThat(new Rounded(StoredAs.BFLOAT16, infinite).once).isEqualTo(infinite);
    }

    @Example
    void room_ofVariableColumns_hasEachRowsOwnShape() {
        RowSchema served =
                RowSchema.of(
                        Column.of("a", ElementType.FLOAT32, Column.VARIABLE, 2),
                        Column.of("b", ElementType.INT64));
        Narrowing narrowing =
                Narrowing.of(
                        new StoredColumns(StoredAs.INT8, Map.of(), Map.of())
                                .of(served, column -> true));
        RowShapes shapes =
                RowShapes.builder(served)
                        .add(new int[] {3, 2})
                        .add(new int[] {0, 2})
                        .add(new int[] {1, 2})
                        .build();
        RowBatch batch = RowBatch.allocateOnHeap(shapes);
        for (int i = 0; i < 8; i++) {
            batch.buffer(0).putFloat(i * Float.BYTES, i < 6 ? i * 127 : i);
        }
        Scratch scratch = new Scratch((int) narrowing.scratchBytes(narrowing.storedShapes(batch)));
        RowBatch narrow = narrowing.room(batch, narrowing.storedShapes(batch), scratch);
        assertThat(narrowing.narrow(batch, narrow, scratch).isEmpty()).isTrue();
        assertThat(narrow.buffer(0).capacity()).isEqualTo(8);
        assertThat(narrow.buffer(1).getFloat(0)).isEqualTo(5);
        assertThat(narrow.buffer(1).getFloat(4)).isZero();
        RowBatch wide = RowBatch.allocateOnHeap(shapes);
        narrowing.widen(narrow, new BitSet(), wide, scratch);
        assertThat(wide.buffer(0).getFloat(5 * Float.BYTES)).isEqualTo(5 * 127);
        assertThat(wide.buffer(0).getFloat(7 * Float.BYTES)).isBetween(7f, 7.001f);
    }
}
