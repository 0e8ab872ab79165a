package io.github.djlcachex.internal.segment;

import io.github.djlcachex.internal.io.Crc32c;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.UnsupportedFormatException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The 64 bytes that prove a segment file before anything else of it is believed.
 *
 * <pre>
 *  0 magic "DJLCXSEG"          8 int32 format            12 int32 rows
 * 16 int64 key bytes          24 int32 schema bytes      28 int32 batch bytes
 * 32 int32 footer bytes       36 int32 metadata crc32c   40 int32 keys crc32c
 * 44 16 zeros                 60 int32 crc32c of the bytes before
 * </pre>
 *
 * @param rows the number of rows
 * @param keyBytes the bytes of all keys
 * @param schemaBytes the size of the schema message, prefix and padding included
 * @param batchBytes the size of the record batch message, prefix and padding included
 * @param footerBytes the size of the footer
 * @param metadataCrc the checksum of all bytes before the body and after it
 * @param keysCrc the checksum of the key buffers, without padding
 */
record Seal(
        int rows,
        long keyBytes,
        int schemaBytes,
        int batchBytes,
        int footerBytes,
        int metadataCrc,
        int keysCrc) {

    static final int BYTES = 64;

    private static final long MAGIC = 0x47455358_434C4A44L; // "DJLCXSEG", little-endian
    private static final int FORMAT_OFFSET = Long.BYTES;
    private static final int CRC_OFFSET = BYTES - Integer.BYTES;

    ByteBuffer encode() {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(MAGIC).putInt(Contract.FORMAT).putInt(rows).putLong(keyBytes);
        bytes.putInt(schemaBytes).putInt(batchBytes).putInt(footerBytes);
        bytes.putInt(metadataCrc).putInt(keysCrc);
        bytes.putInt(CRC_OFFSET, crc(bytes));
        return bytes.rewind();
    }

    static Seal decode(ByteBuffer sealed, String subject) {
        ByteBuffer bytes = sealed.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.getLong(0) != MAGIC || bytes.getInt(CRC_OFFSET) != crc(bytes)) {
            throw new CorruptFileException(
                    Problem.of(
                            subject,
                            "an intact seal before the footer",
                            "none",
                            "its rows are computed again; remove the file if this repeats"));
        }
        int format = bytes.getInt(FORMAT_OFFSET);
        if (format != Contract.FORMAT) {
            throw new UnsupportedFormatException(
                    Problem.of(
                            subject,
                            "segment format " + Contract.FORMAT,
                            "format " + format,
                            "a newer djlcachex wrote it: upgrade to read its rows"));
        }
        bytes.position(FORMAT_OFFSET + Integer.BYTES);
        return new Seal(
                bytes.getInt(),
                bytes.getLong(),
                bytes.getInt(),
                bytes.getInt(),
                bytes.getInt(),
                bytes.getInt(),
                bytes.getInt());
    }

    private static int crc(ByteBuffer bytes) {
        return Crc32c.of(bytes.slice(0, CRC_OFFSET));
    }
}
