package io.github.djlcachex.interop.internal.numpy;

import io.github.djlcachex.interop.internal.table.Refusals;
import io.github.djlcachex.interop.spi.ColumnData;
import io.github.djlcachex.row.NpyHeader;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A TextSpill keeps texts in a file until the longest one is known: in an array each text has its
 * room.
 */
final class TextSpill implements Closeable {

    private final Path file;
    private final String column;
    private final DataOutputStream output;
    private long rows;
    private int longest = 1; // NumPy has no texts without room

    TextSpill(Path file, String column) throws IOException {
        this.file = file;
        this.column = column;
        this.output = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)));
    }

    void write(ColumnData texts) throws IOException {
        for (int row = 0; row < texts.rows(); row++) {
            byte[] utf8 = new byte[texts.start(row + 1) - texts.start(row)];
            texts.values().get(texts.start(row), utf8);
            String text = new String(utf8, StandardCharsets.UTF_8);
            if (text.endsWith("\0")) {
                throw Refusals.rows(
                        "column '" + column + "', row " + (rows + row),
                        "a text that does not end in a zero, which NumPy drops",
                        "one that does",
                        "export arrow or parquet");
            }
            longest = Math.max(longest, text.codePointCount(0, text.length()));
            output.writeInt(utf8.length);
            output.write(utf8);
        }
        rows += texts.rows();
    }

    /** Writes the array. */
    void copyTo(OutputStream array) throws IOException {
        output.close();
        NpyHeader header = NpyHeader.of("<U" + longest, rows);
        array.write(header.encode(header.bytes()));
        ByteBuffer characters =
                ByteBuffer.allocate(longest * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (DataInputStream input =
                new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            for (long row = 0; row < rows; row++) {
                byte[] utf8 = input.readNBytes(input.readInt());
                int at = 0;
                for (int c : new String(utf8, StandardCharsets.UTF_8).codePoints().toArray()) {
                    characters.putInt(at++ * Integer.BYTES, c);
                }
                for (; at < longest; at++) {
                    characters.putInt(at * Integer.BYTES, 0);
                }
                array.write(characters.array());
            }
        }
    }

    @Override
    public void close() throws IOException {
        output.close();
    }
}
