package io.github.djlcachex.internal.segment;

import io.github.djlcachex.internal.io.Crc32c;
import io.github.djlcachex.internal.io.ReadableFile;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.InvalidKeyException;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.LongKeys;
import io.github.djlcachex.row.StringKeys;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The key buffers of a segment file, read, proven and decoded. */
final class KeyBuffers {

    private KeyBuffers() {}

    /**
     * Reads all keys of a file.
     *
     * @throws CorruptFileException if they are not those that were written
     * @throws IOException if they cannot be read
     */
    static Keys read(ReadableFile file, SegmentHeader header) throws IOException {
        String subject = header.facts().name().committedFile();
        LayoutV1 layout = header.layout();
        int rows = header.seal().rows();
        boolean strings = header.contract().keyType() == KeyType.UTF8;
        try {
            ByteBuffer boundaries =
                    readBuffer(
                            file,
                            layout.keyBoundariesOffset(),
                            strings ? (rows + 1L) * Integer.BYTES : 0);
            ByteBuffer bytes = readBuffer(file, layout.keysOffset(), layout.keyBytes());
            if (Crc32c.of(boundaries, bytes) != header.seal().keysCrc()) {
                throw CorruptSegment.exception(
                        subject, "keys as they were written", "another checksum", null);
            }
            return strings ? strings(bytes, boundaries, rows, subject) : longs(bytes, rows);
        } catch (EOFException e) {
            throw CorruptSegment.exception(
                    subject, "a complete file", "its end within the keys", e);
        }
    }

    static LongKeys longs(ByteBuffer bytes, int rows) {
        long[] keys = new long[rows];
        bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(keys);
        return Keys.of(keys);
    }

    private static StringKeys strings(
            ByteBuffer bytes, ByteBuffer boundaries, int rows, String subject) {
        int[] all = new int[rows + 1];
        boundaries.duplicate().order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(all);
        if (all[0] != 0 || all[rows] != bytes.remaining()) {
            throw CorruptSegment.exception(
                    subject,
                    "key boundaries from 0 to " + bytes.remaining(),
                    all[0] + " to " + all[rows],
                    null);
        }
        byte[] utf8 = new byte[bytes.remaining()];
        bytes.duplicate().get(utf8);
        try {
            return StringKeys.ofUtf8(utf8, Arrays.copyOfRange(all, 1, rows + 1));
        } catch (InvalidKeyException e) {
            throw CorruptSegment.exception(
                    subject, "legal string keys", String.valueOf(e.getMessage()), e);
        }
    }

    private static ByteBuffer readBuffer(ReadableFile file, long offset, long bytes)
            throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(bytes));
        file.readFully(buffer, offset);
        return buffer.rewind();
    }
}
