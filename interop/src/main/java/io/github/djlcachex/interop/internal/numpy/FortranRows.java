package io.github.djlcachex.interop.internal.numpy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/**
 * The elements of an array in Fortran's order, as if its last dimension changed fastest: each
 * element of a row is beside the same one of the next row, a piece of the file for all rows of a
 * read.
 */
final class FortranRows extends InputStream {

    private final FileChannel channel;
    private final long start;
    private final long rows;
    private final int[] shape;
    private final int width;
    private final int rowElements;
    private long row;

    FortranRows(Path file, long start, long rows, int[] shape, int width) throws IOException {
        this.channel = FileChannel.open(file, StandardOpenOption.READ);
        this.start = start;
        this.rows = rows;
        this.shape = shape;
        this.width = width;
        int elements = 1;
        for (int length : shape) {
            elements *= length;
        }
        this.rowElements = elements;
    }

    /** Reads whole rows. */
    @Override
    public byte[] readNBytes(int bytes) throws IOException {
        int rowBytes = rowElements * width;
        int count = rowBytes == 0 ? 0 : bytes / rowBytes;
        byte[] ordered = new byte[bytes];
        ByteBuffer piece = ByteBuffer.allocate(count * width);
        for (int element = 0; element < rowElements; element++) {
            long position = start + (element * rows + row) * width;
            if (!fill(piece.clear(), position)) {
                return new byte[0];
            }
            int at = lastFastest(element) * width;
            for (int i = 0; i < count; i++) {
                System.arraycopy(piece.array(), i * width, ordered, i * rowBytes + at, width);
            }
        }
        row += count;
        return ordered;
    }

    private boolean fill(ByteBuffer piece, long position) throws IOException {
        while (piece.hasRemaining()) {
            if (channel.read(piece, position + piece.position()) < 0) {
                return false;
            }
        }
        return true;
    }

    /** Returns the place in a row of its nth element in Fortran's order. */
    private int lastFastest(int element) {
        int rest = element;
        int place = 0;
        for (int axis = 0; axis < shape.length; axis++) {
            int stride = 1;
            for (int later = axis + 1; later < shape.length; later++) {
                stride *= shape[later];
            }
            place += rest % shape[axis] * stride;
            rest /= shape[axis];
        }
        return place;
    }

    @Override
    public int read() {
        throw new UnsupportedOperationException("rows are read whole");
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        throw new UnsupportedOperationException("rows are read whole");
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
