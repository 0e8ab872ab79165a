package io.github.djlcachex.interop.internal.arrow;

import io.github.djlcachex.interop.spi.ColumnData;
import io.github.djlcachex.interop.spi.LeafType;
import io.github.djlcachex.interop.spi.TableColumn;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** The nodes and buffers of one column of a record batch. No value is null. */
final class ColumnBuffers {

    private static final ByteBuffer NONE = ByteBuffer.allocate(0);

    private final List<Long> lengths;
    private final List<ByteBuffer> buffers;

    private ColumnBuffers(List<Long> lengths, List<ByteBuffer> buffers) {
        this.lengths = lengths;
        this.buffers = buffers;
    }

    /** Appends the nodes and buffers of rows. */
    static void append(
            TableColumn column, ColumnData data, List<Long> lengths, List<ByteBuffer> buffers) {
        new ColumnBuffers(lengths, buffers).append(column, data);
    }

    private void append(TableColumn column, ColumnData data) {
        int[] shape = column.shape();
        for (int axis = 0; axis < shape.length; axis++) {
            lengths.add(values(data, axis));
            buffers.add(NONE);
            if (shape[axis] == TableColumn.VARIABLE) {
                buffers.add(offsets(data, axis));
            }
        }
        boolean isBytes = column.type().isBytes();
        lengths.add(isBytes ? data.rows() : (long) data.start(data.rows()));
        buffers.add(NONE);
        if (isBytes) {
            buffers.add(offsetsOfBytes(data));
        }
        buffers.add(column.type() == LeafType.BOOLEAN ? bits(data) : elements(data));
    }

    /** Returns how many lists there are at a depth. */
    private static long values(ColumnData data, int axis) {
        long values = 0;
        for (int row = 0; row < data.rows(); row++) {
            values += listsOf(data.shape(row), axis);
        }
        return values;
    }

    private static long listsOf(int[] shape, int axis) {
        long lists = 1;
        for (int outer = 0; outer < axis; outer++) {
            lists *= shape[outer];
        }
        return lists;
    }

    private static ByteBuffer offsets(ColumnData data, int axis) {
        int count = Math.toIntExact(values(data, axis) + 1);
        ByteBuffer offsets = ints(count);
        int offset = 0;
        offsets.putInt(offset);
        for (int row = 0; row < data.rows(); row++) {
            int[] shape = data.shape(row);
            for (long list = listsOf(shape, axis); list > 0; list--) {
                offset = Math.addExact(offset, shape[axis]);
                offsets.putInt(offset);
            }
        }
        return offsets.flip();
    }

    private static ByteBuffer offsetsOfBytes(ColumnData data) {
        ByteBuffer offsets = ints(data.rows() + 1);
        for (int row = 0; row <= data.rows(); row++) {
            offsets.putInt(data.start(row));
        }
        return offsets.flip();
    }

    private static ByteBuffer ints(int count) {
        return ByteBuffer.allocate(Math.multiplyExact(count, Integer.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    private static ByteBuffer elements(ColumnData data) {
        return data.values().slice(0, data.start(data.rows()) * data.type().byteWidth());
    }

    private static ByteBuffer bits(ColumnData data) {
        int count = data.start(data.rows());
        ByteBuffer bits = ByteBuffer.allocate((count + Byte.SIZE - 1) / Byte.SIZE);
        for (int i = 0; i < count; i++) {
            if (data.values().get(i) != 0) {
                int at = i / Byte.SIZE;
                bits.put(at, (byte) (bits.get(at) | 1 << i % Byte.SIZE));
            }
        }
        return bits;
    }
}
