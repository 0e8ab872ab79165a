package io.github.djlcachex.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.internal.segment.RowCrc;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** Columns, schemas and batches: sizes, and what is refused. */
class RowBatchTest {

    private static final RowSchema SCHEMA =
            RowSchema.of(Column.of("a", ElementType.INT32, 2), Column.of(ElementType.INT8));

    @Test
    void elementTypes_areTheNineThatDjlHas() {
        assertThat(ElementType.values()).hasSize(9);
        assertThat(ElementType.FLOAT64.byteWidth()).isEqualTo(8);
        assertThat(ElementType.BFLOAT16.byteWidth()).isEqualTo(2);
        assertThat(ElementType.BOOLEAN.byteWidth()).isOne();
    }

    @Test
    void column_ofLegalShapes_knowsItsSize() {
        assertThat(Column.of(ElementType.FLOAT32).rowBytes()).isEqualTo(4);
        assertThat(Column.of("x", ElementType.FLOAT16, 1, 2, 3, 1, 2, 3, 1, 2).rowBytes())
                .isEqualTo(144);
        assertThat(Column.of(ElementType.UINT8, Integer.MAX_VALUE).rowElements())
                .isEqualTo(Integer.MAX_VALUE);
        assertThat(Column.of("x", ElementType.INT8, 2, 3)).hasToString("x:INT8[2, 3]");
        assertThat(Column.of(ElementType.INT8)).hasToString("INT8[]");
    }

    @Test
    void column_ofIllegalShape_isRefusedWithIt() {
        List<List<Integer>> shapes =
                List.of(
                        List.of(0),
                        List.of(3, -2),
                        Collections.nCopies(9, 1),
                        List.of(Integer.MAX_VALUE),
                        List.of(1 << 16, 1 << 16),
                        List.of(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE));
        for (List<Integer> listed : shapes) {
            int[] shape = listed.stream().mapToInt(Integer::intValue).toArray();
            assertThatThrownBy(() -> Column.of("out", ElementType.FLOAT32, shape))
                    .isInstanceOf(InvalidRowsException.class)
                    .hasMessageContaining(listed.toString())
                    .hasMessageContaining("'out'");
        }
        assertThatThrownBy(() -> Column.of(ElementType.INT8, 0))
                .isInstanceOf(InvalidRowsException.class)
                .hasMessageContaining("(unnamed)");
    }

    @Test
    void column_ofIllegalName_isRefused() {
        for (String name : List.of("", " ", "x".repeat(257))) {
            assertThatThrownBy(() -> Column.of(name, ElementType.INT8))
                    .isInstanceOf(InvalidRowsException.class);
        }
        assertThat(Column.of("x".repeat(256), ElementType.INT8).name()).hasSize(256);
    }

    @Test
    void column_isNotChangedByItsShapesArray() {
        int[] shape = {2};
        Column column = Column.of(ElementType.INT8, shape);
        shape[0] = 9;
        column.shape()[0] = 9;
        assertThat(column.rowBytes()).isEqualTo(2);
    }

    @Test
    void schema_ofNoOrTooManyOrEqualColumns_isRefused() {
        Column column = Column.of(ElementType.INT8);
        assertThatThrownBy(() -> RowSchema.of(List.of()))
                .isInstanceOf(InvalidRowsException.class)
                .hasMessageContaining("0 columns");
        assertThatThrownBy(() -> RowSchema.of(Collections.nCopies(1025, column)))
                .isInstanceOf(InvalidRowsException.class)
                .hasMessageContaining("1025");
        assertThat(RowSchema.of(Collections.nCopies(1024, column)).rowBytes()).isEqualTo(1024);
        Column named = Column.of("same", ElementType.INT8);
        assertThatThrownBy(() -> RowSchema.of(named, column, named))
                .isInstanceOf(InvalidRowsException.class)
                .hasMessageContaining("'same'");
    }

    @Test
    void batch_ofWrongBuffers_isRefused() {
        ByteBuffer eight = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer one = ByteBuffer.allocate(1);
        assertThatThrownBy(() -> RowBatch.wrap(SCHEMA, 1, eight))
                .isInstanceOf(InvalidRowsException.class)
                .hasMessageContaining("2 buffers");
        assertThatThrownBy(() -> RowBatch.wrap(SCHEMA, 1, one, eight))
                .isInstanceOf(InvalidRowsException.class)
                .hasMessageContaining("8 bytes");
        assertThatThrownBy(() -> RowBatch.wrap(SCHEMA, 1, eight, eight))
                .isInstanceOf(InvalidRowsException.class)
                .hasMessageContaining("column 1");
        assertThatThrownBy(() -> RowBatch.wrap(SCHEMA, -1, eight, one))
                .isInstanceOf(InvalidRowsException.class);
        assertThatThrownBy(() -> RowBatch.allocate(SCHEMA, Integer.MAX_VALUE))
                .isInstanceOf(InvalidRowsException.class)
                .hasMessageContaining("column 0");
    }

    /** Java's default: what a caller puts into it as 1 would be stored as 16,777,216. */
    @Test
    void batch_ofABigEndianBuffer_isRefusedUnlessItsElementsAreBytes() {
        ByteBuffer ints = ByteBuffer.allocate(8);
        ByteBuffer bytes = ByteBuffer.allocate(1);
        assertThatThrownBy(() -> RowBatch.wrap(SCHEMA, 1, ints, bytes))
                .isInstanceOf(InvalidRowsException.class)
                .hasMessageContainingAll(
                        "column 0", "BIG_ENDIAN", "order(ByteOrder.LITTLE_ENDIAN)");
        ints.order(ByteOrder.LITTLE_ENDIAN).putInt(0, 1);
        assertThat(RowBatch.wrap(SCHEMA, 1, ints, bytes).buffer(0).getInt(0)).isOne();
    }

    @Test
    void batch_overWindowsOfBuffers_isLittleEndianAndShared() {
        ByteBuffer ints = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        ints.position(4).limit(20);
        ByteBuffer bytes = ByteBuffer.allocateDirect(2);
        RowBatch batch = RowBatch.wrap(SCHEMA, 2, ints, bytes);
        batch.buffer(0).putInt(8, 1);
        assertThat(ints.get(12)).isOne();
        assertThat(ints.position()).isEqualTo(4);
        assertThat(batch.buffer(1).order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
        RowBatch view = batch.duplicate();
        view.buffer(0).position(3);
        assertThat(batch.buffer(0).position()).isZero();
        assertThat(view.buffer(0).getInt(8)).isOne();
        assertThat(view.rows()).isEqualTo(2);
    }

    @Test
    void column_ofABatch_tellsWhereItsRowsAre() {
        RowBatch batch = RowBatch.allocate(SCHEMA, 2);
        batch.buffer(0).putInt(8, 11);
        ColumnBuffer column = batch.column(0);
        assertThat(column.column()).isEqualTo(SCHEMA.columns().get(0));
        assertThat(column.rowCount()).isEqualTo(2);
        assertThat(column.offset(1)).isEqualTo(8);
        assertThat(column.offset(2)).isEqualTo(16);
        assertThat(column.row(1).getInt(0)).isEqualTo(11);
        assertThat(column.row(1).remaining()).isEqualTo(8);
        column.data().putInt(0, 3).position(5);
        assertThat(batch.buffer(0).getInt(0)).isEqualTo(3);
        assertThat(column.data().position()).isZero();
        assertThatThrownBy(() -> column.offset(3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> column.row(2)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void copyRow_copiesEveryColumnOfOneRow() {
        RowBatch source = RowBatch.allocate(SCHEMA, 2);
        source.buffer(0).putInt(8, 11).putInt(12, 12);
        source.buffer(1).put(1, (byte) 13);
        RowBatch target = RowBatch.allocate(SCHEMA, 3);
        target.copyRow(source, 1, 2);
        assertThat(target.buffer(0).getInt(16)).isEqualTo(11);
        assertThat(target.buffer(0).getInt(20)).isEqualTo(12);
        assertThat(target.buffer(1).get(2)).isEqualTo((byte) 13);
        assertThat(IntStream.range(0, 16).map(i -> target.buffer(0).get(i)).sum()).isZero();
    }

    @Test
    void rowCrc_dependsOnKeyLengthsAndBytesAlone() {
        RowBatch batch = RowBatch.allocate(SCHEMA, 2);
        RowCrc crc = new RowCrc(batch);
        Keys keys = Keys.of(1, 1, 2);
        assertThat(crc.of(keys, 0, 0)).isEqualTo(crc.of(keys, 1, 1));
        assertThat(crc.of(keys, 0, 0)).isNotEqualTo(crc.of(keys, 2, 0));
        int before = crc.of(keys, 0, 1);
        batch.buffer(1).put(1, (byte) 1);
        assertThat(crc.of(keys, 0, 1)).isNotEqualTo(before);
        assertThat(batch.buffer(0).position()).isZero();
    }
}
