package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.StoredAs;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

import org.jspecify.annotations.NullUnmarked;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.Random;

/** Rows that are stored sparse come back bit for bit, whatever is in them. */
@NullUnmarked
class SparseRowsProperties {

    private static final StoredColumns ALL = new StoredColumns(StoredAs.SPARSE, Map.of(), Map.of());

    @Property
    void rows_ofAnyDensityAndType_areExact(
            @ForAll ElementType type,
            @ForAll @DoubleRange(min = 0, max = 1) double density,
            @ForAll @IntRange(min = 1, max = 3000) int elements,
            @ForAll @IntRange(min = 1, max = 5) int rows,
            @ForAll long seed) {
        RowSchema served = RowSchema.of(Column.of("a", type, elements), Column.of("b", type, 2));
        RowBatch dense = RowBatch.allocateOnHeap(served, rows);
        Random random = new Random(seed);
        fill(dense.buffer(0), type.byteWidth(), density, random);
        fill(dense.buffer(1), type.byteWidth(), density, random);
        Narrowing narrowing = Narrowing.of(ALL.of(served, column -> true));
        Scratch scratch = new Scratch((int) narrowing.scratchBytes(narrowing.storedShapes(dense)));
        RowBatch narrow = narrowing.room(dense, narrowing.storedShapes(dense), scratch);
        assertThat(narrowing.narrow(dense, narrow, scratch).isEmpty()).isTrue();
        assertThat(narrow.buffer(0).capacity()).isEqualTo(nonzero(dense, type) * type.byteWidth());
        assertThat(narrowing.storedShapes(dense.shapes(), narrow.shapes()).columnBytes(1))
                .isEqualTo(narrow.buffer(1).capacity());
        assertThat(narrowing.illegal(narrow, new BitSet()).isEmpty()).isTrue();
        RowBatch wide = RowBatch.allocateOnHeap(served, rows);
        Arrays.fill(wide.buffer(0).array(), (byte) 77); // the rows of an earlier batch
        narrowing.widen(narrow, new BitSet(), wide, scratch);
        assertThat(wide.buffer(0)).isEqualTo(dense.buffer(0));
        assertThat(wide.buffer(1)).isEqualTo(dense.buffer(1));
    }

    private static void fill(ByteBuffer values, int width, double density, Random random) {
        byte[] element = new byte[width];
        for (int at = 0; at < values.capacity(); at += width) {
            if (random.nextDouble() < density) {
                random.nextBytes(element);
                if (random.nextInt(8) == 0) {
                    Arrays.fill(element, (byte) 0);
                    element[width - 1] = (byte) 0x80; // a negative zero
                }
                values.put(at, element);
            }
        }
    }

    private static int nonzero(RowBatch rows, ElementType type) {
        byte[] zero = new byte[type.byteWidth()];
        byte[] element = zero.clone();
        int count = 0;
        for (int at = 0; at < rows.buffer(0).capacity(); at += zero.length) {
            rows.buffer(0).get(at, element);
            count += Arrays.equals(element, zero) ? 0 : 1;
        }
        return count;
    }

    /** What a file may hold, and no put stores. */
    @Property
    void indices_areLegal_ifTheyAreWithinTheRowAndAscend(@ForAll int[] indices) {
        ByteBuffer bytes =
                ByteBuffer.allocate(indices.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(indices);
        boolean legal = true;
        for (int i = 0; i < indices.length; i++) {
            legal &=
                    indices[i] >= 0 && indices[i] < 1000 && (i == 0 || indices[i - 1] < indices[i]);
        }
        assertThat(SparseRows.areLegal(bytes, 0, indices.length, 1000)).isEqualTo(legal);
    }

    @Example
    void indices_atTheEndsOfTheRow_areLegal() {
        ByteBuffer bytes = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(0, 0).putInt(4, 500).putInt(8, 999);
        assertThat(SparseRows.areLegal(bytes, 0, 3, 1000)).isTrue();
        assertThat(SparseRows.areLegal(bytes, 0, 3, 999)).isFalse();
        assertThat(SparseRows.areLegal(bytes, 0, 0, 1)).isTrue();
    }
}
