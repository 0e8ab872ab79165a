package io.github.djlcachex.internal.segment;

import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.LongKeys;
import io.github.djlcachex.row.StringKeys;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The keys as they will stand in the file, growing. */
final class HeapKeys {
    private final KeyType type;
    private final int maxRows;
    // Volatile: a reader of string keys must see an array with all rows that it may ask for.
    private volatile byte[] bytes = new byte[1024];
    private volatile int[] ends = new int[64];
    private int used;

    HeapKeys(KeyType type, int maxRows) {
        this.type = type;
        this.maxRows = maxRows;
    }

    void append(int row, Keys keys, int position) {
        if (keys instanceof LongKeys longs) {
            reserve(Long.BYTES);
            LittleEndian.setLong(bytes, used, longs.get(position));
            used += Long.BYTES;
        } else if (keys instanceof StringKeys strings) {
            reserve(strings.byteLength(position));
            reserveEnd(row);
            strings.copyUtf8(position, bytes, used);
            used += strings.byteLength(position);
            ends[row] = used;
        }
    }

    /** Before anything is changed: there may be no memory for it. */
    private void reserveEnd(int row) {
        if (row == ends.length) {
            ends = Arrays.copyOf(ends, (int) Math.min(maxRows, 2L * row));
        }
    }

    private void reserve(int more) {
        if (used + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(used + more, bytes.length * 2));
        }
    }

    long bytes() {
        return used;
    }

    boolean equalsUtf8(int row, StringKeys other, int position) {
        int[] all = ends;
        return other.equalsUtf8(position, bytes, row == 0 ? 0 : all[row - 1], all[row]);
    }

    Keys all(int rows) {
        if (type == KeyType.INT64) {
            return KeyBuffers.longs(encoded(), rows);
        }
        return StringKeys.ofUtf8(Arrays.copyOf(bytes, used), Arrays.copyOf(ends, rows));
    }

    ByteBuffer encoded() {
        return ByteBuffer.wrap(bytes, 0, used);
    }

    ByteBuffer boundaries(int rows) {
        ByteBuffer boundaries =
                ByteBuffer.allocate((rows + 1) * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        boundaries.putInt(0);
        for (int row = 0; row < rows; row++) {
            boundaries.putInt(ends[row]);
        }
        return boundaries.rewind();
    }
}
