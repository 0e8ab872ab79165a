package io.github.djlcachex.internal.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.RowShapes;

import org.junit.jupiter.api.Test;

/** A segment that is being filled. */
class OpenSegmentTest {

    private static final RowSchema SCHEMA =
            RowSchema.of(Column.of(ElementType.INT8, Column.VARIABLE), Column.ofBinary("blob"));

    private static RowBatch row(int length, int value) {
        int[] shape = {length};
        RowBatch row = RowBatch.allocate(RowShapes.builder(SCHEMA).add(shape, shape).build());
        for (int i = 0; i < length; i++) {
            row.buffer(0).put(i, (byte) value);
            row.buffer(1).put(i, (byte) value);
        }
        return row;
    }

    /** As one that finds no memory for its second column, or for its key. */
    @Test
    void append_afterOneThatFailed_leavesNothingOfItInTheRow() {
        Contract contract = new Contract("module", "", KeyType.INT64, SCHEMA, 1);
        OpenSegment segment = new OpenSegment(contract, 1 << 20, 100, 0);
        segment.append(Keys.of(1), row(3, 1), 0, 11);
        Keys none = Keys.of(new long[0]);
        assertThatThrownBy(() -> segment.append(none, row(5, 2), 0, 12))
                .isInstanceOf(IndexOutOfBoundsException.class);
        segment.append(Keys.of(3), row(2, 3), 0, 13);
        RowBatch into = RowBatch.allocate(row(2, 0).shapes());
        assertThat(segment.copyRow(1, into, 0)).isEqualTo(RowCopy.COPIED);
        assertThat(into.buffer(0)).isEqualTo(row(2, 3).buffer(0));
        assertThat(into.buffer(1)).isEqualTo(row(2, 3).buffer(1));
        int[] shape = new int[1];
        assertThat(segment.readShape(1, 0, shape)).isTrue();
        assertThat(segment.valueCounts()).containsExactly(5, 5);
    }
}
