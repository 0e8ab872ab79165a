package io.github.djlcachex.internal.store;

import java.nio.ByteBuffer;

/**
 * SparseRows takes the nonzero elements of a dense row apart, and puts them back.
 *
 * <p>An element is zero if all its bits are: a negative zero and a NaN are not. Buffers are
 * little-endian.
 */
final class SparseRows {

    private static final byte[] ZEROS = new byte[8192];

    private SparseRows() {}

    /**
     * Returns the number of nonzero elements of a row.
     *
     * @param dense the dense rows
     * @param from where the row starts, in bytes
     * @param bytes the size of the row
     * @param width the size of an element
     */
    static int count(ByteBuffer dense, int from, int bytes, int width) {
        int end = from + bytes;
        int count = 0;
        for (int at = next(dense, from, end, width); at < end; ) {
            count++;
            at = next(dense, at + width, end, width);
        }
        return count;
    }

    /** Copies the nonzero elements of a row, and their indices, to where there is room for them. */
    static void split(
            ByteBuffer dense,
            int from,
            int bytes,
            int width,
            ByteBuffer values,
            int valuesAt,
            ByteBuffer indices,
            int indicesAt) {
        int end = from + bytes;
        int value = valuesAt;
        int index = indicesAt;
        for (int at = next(dense, from, end, width); at < end; ) {
            values.put(value, dense, at, width);
            indices.putInt(index, (at - from) / width);
            value += width;
            index += Integer.BYTES;
            at = next(dense, at + width, end, width);
        }
    }

    /** Returns where the next nonzero element starts, or the end. */
    private static int next(ByteBuffer dense, int from, int end, int width) {
        int at = from;
        while (at + Long.BYTES <= end && dense.getLong(at) == 0) {
            at += Long.BYTES;
        }
        while (at < end && isZero(dense, at, width)) {
            at += width;
        }
        return at;
    }

    private static boolean isZero(ByteBuffer dense, int at, int width) {
        return switch (width) {
            case Byte.BYTES -> dense.get(at) == 0;
            case Short.BYTES -> dense.getShort(at) == 0;
            case Integer.BYTES -> dense.getInt(at) == 0;
            default -> dense.getLong(at) == 0;
        };
    }

    /** Tells whether indices are those of different elements of a row, in their order. */
    static boolean areLegal(ByteBuffer indices, int at, int count, int elements) {
        int last = -1;
        for (int i = 0; i < count; i++) {
            int index = indices.getInt(at + i * Integer.BYTES);
            if (index <= last || index >= elements) {
                return false;
            }
            last = index;
        }
        return true;
    }

    /** Fills a dense row with zeros. */
    static void clear(ByteBuffer dense, int from, int bytes) {
        for (int done = 0; done < bytes; done += ZEROS.length) {
            dense.put(from + done, ZEROS, 0, Math.min(ZEROS.length, bytes - done));
        }
    }

    /** Puts elements where their indices, which are legal, say; a dense row starts at a byte. */
    static void scatter(
            ByteBuffer values,
            int valuesAt,
            ByteBuffer indices,
            int indicesAt,
            int count,
            int width,
            ByteBuffer dense,
            int from) {
        for (int i = 0; i < count; i++) {
            int to = from + indices.getInt(indicesAt + i * Integer.BYTES) * width;
            int value = valuesAt + i * width;
            switch (width) {
                case Byte.BYTES -> dense.put(to, values.get(value));
                case Short.BYTES -> dense.putShort(to, values.getShort(value));
                case Integer.BYTES -> dense.putInt(to, values.getInt(value));
                default -> dense.putLong(to, values.getLong(value));
            }
        }
    }
}
