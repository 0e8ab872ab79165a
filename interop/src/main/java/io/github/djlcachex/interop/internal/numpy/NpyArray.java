package io.github.djlcachex.interop.internal.numpy;

import io.github.djlcachex.interop.internal.table.Refusals;
import io.github.djlcachex.interop.spi.ColumnData;
import io.github.djlcachex.interop.spi.LeafType;
import io.github.djlcachex.row.NpyHeader;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** An NpyArray reads one array, some rows at a time; a row is what the first dimension counts. */
final class NpyArray implements Closeable {

    private static final long MAX_ROW_BYTES = 1L << 30;

    private final Path file;
    private final NpyType type;
    private final int[] shape;
    private final long rows;
    private final int rowBytes;
    private final InputStream elements;

    private NpyArray(Path file, NpyHeader header, InputStream elements) throws IOException {
        this.file = file;
        this.type = NpyType.of(header.descr(), header.text(), file);
        long[] all = header.shape();
        Boolean isFortran = header.isFortran();
        if (all == null || isFortran == null || all.length == 0) {
            throw Refusals.rows(
                    "array of " + file, "rows", "one element: " + header.text(), "reshape it");
        }
        long bytes = type.width();
        this.shape = new int[all.length - 1];
        for (int axis = 1; axis < all.length; axis++) {
            bytes = Math.min(bytes * Math.min(all[axis], MAX_ROW_BYTES + 1), MAX_ROW_BYTES + 1);
            shape[axis - 1] = (int) Math.min(all[axis], Integer.MAX_VALUE);
        }
        if (bytes > MAX_ROW_BYTES) {
            throw Refusals.rows(
                    "array of " + file, "rows below 1 GiB", header.text(), "reshape it");
        }
        this.rows = all[0];
        this.rowBytes = (int) bytes;
        boolean isReordered = isFortran && all.length > 1;
        this.elements =
                isReordered
                        ? new FortranRows(file, header.bytes(), rows, shape, type.width())
                        : elements;
    }

    /** Reads the header of an array in a file of its own. */
    static NpyArray open(Path file, InputStream input) throws IOException {
        return new NpyArray(file, header(file, input), input);
    }

    /** Reads the header of an array in an archive, whose elements have no positions. */
    static NpyArray openEntry(Path archive, String entry, InputStream input) throws IOException {
        NpyHeader header = header(archive, input);
        long[] shape = header.shape();
        if (Boolean.TRUE.equals(header.isFortran()) && shape != null && shape.length > 1) {
            throw Refusals.unsupported(
                    archive,
                    "arrays whose last dimension changes fastest",
                    "'" + entry + "' in Fortran's order",
                    "save numpy.ascontiguousarray of it, or save it as npy");
        }
        return new NpyArray(archive, header, input);
    }

    private static NpyHeader header(Path file, InputStream input) throws IOException {
        return NpyHeader.read(input)
                .orElseThrow(
                        () -> Refusals.corrupt(file, "NumPy's format 1 to 3", "another header"));
    }

    long rows() {
        return rows;
    }

    int rowBytes() {
        return rowBytes;
    }

    /** Reads so many rows. */
    ColumnData read(int count) throws IOException {
        int bytes = Math.multiplyExact(count, rowBytes);
        byte[] read = elements.readNBytes(bytes);
        if (read.length < bytes) {
            throw Refusals.corrupt(
                    file, rows + " rows of " + rowBytes + " bytes", "less: it is cut off");
        }
        if (type.leaf() == LeafType.TEXT) {
            return texts(read, count);
        }
        if (type.isBigEndian()) {
            swap(read, type.width());
        }
        return ColumnData.uniform(type.leaf(), ByteBuffer.wrap(read), count, shape);
    }

    private static void swap(byte[] bytes, int width) {
        for (int at = 0; at < bytes.length; at += width) {
            for (int i = 0; i < width / 2; i++) {
                byte first = bytes[at + i];
                bytes[at + i] = bytes[at + width - 1 - i];
                bytes[at + width - 1 - i] = first;
            }
        }
    }

    /** NumPy fills texts up with zeros, and does not tell how many were there before. */
    private ColumnData texts(byte[] read, int count) {
        if (shape.length > 0) {
            throw Refusals.rows("texts of " + file, "one a row", "several", "store one of them");
        }
        int[] starts = new int[count + 1];
        byte[][] encoded = new byte[count][];
        for (int row = 0; row < count; row++) {
            encoded[row] = type.isUcs4() ? utf8(read, row) : bytes(read, row);
            starts[row + 1] = starts[row] + encoded[row].length;
        }
        ByteBuffer all = ByteBuffer.allocate(starts[count]);
        for (byte[] text : encoded) {
            all.put(text);
        }
        return ColumnData.bytes(LeafType.TEXT, all.flip(), starts);
    }

    private byte[] bytes(byte[] read, int row) {
        int from = row * type.width();
        int end = from + type.width();
        while (end > from && read[end - 1] == 0) {
            end--;
        }
        return Arrays.copyOfRange(read, from, end);
    }

    private byte[] utf8(byte[] read, int row) {
        ByteBuffer characters =
                ByteBuffer.wrap(read)
                        .order(type.isBigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        int from = row * type.width();
        int end = from + type.width();
        while (end > from && characters.getInt(end - Integer.BYTES) == 0) {
            end -= Integer.BYTES;
        }
        StringBuilder text = new StringBuilder();
        for (int at = from; at < end; at += Integer.BYTES) {
            int character = characters.getInt(at);
            if (!Character.isValidCodePoint(character) || isSurrogate(character)) {
                throw Refusals.corrupt(file, "characters of Unicode", "number " + character);
            }
            text.appendCodePoint(character);
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Half of a pair of UTF-16 has no bytes in UTF-8, and would become a question mark. */
    private static boolean isSurrogate(int character) {
        return character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE;
    }

    @Override
    public void close() throws IOException {
        elements.close();
    }
}
