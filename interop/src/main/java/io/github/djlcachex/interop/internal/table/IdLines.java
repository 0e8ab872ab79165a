package io.github.djlcachex.interop.internal.table;

import io.github.djlcachex.interop.spi.ColumnData;
import io.github.djlcachex.interop.spi.LeafType;

import org.jspecify.annotations.Nullable;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** An IdLines gives the ids of rows that have none in their own file: a line each, in UTF-8. */
public final class IdLines implements IdSource {

    private static final int BYTE_ORDER_MARK = 0xFEFF;
    private static final String ADVICE = "write one id a line, in the order of the rows";

    private final Path path;
    private final BufferedReader lines;
    private long row;

    /** Opens the file. */
    public IdLines(Path path) throws IOException {
        this.path = path;
        this.lines = open(path);
    }

    /** Windows programs write a mark in front, which is no part of the first id. */
    private static BufferedReader open(Path path) throws IOException {
        BufferedReader lines = Files.newBufferedReader(path, StandardCharsets.UTF_8);
        try {
            lines.mark(1);
            if (lines.read() != BYTE_ORDER_MARK) {
                lines.reset();
            }
            return lines;
        } catch (CharacterCodingException e) {
            lines.close();
            throw notText(path, e);
        } catch (IOException e) {
            lines.close();
            throw e;
        }
    }

    private static RuntimeException notText(Path path, CharacterCodingException cause) {
        return Refusals.corrupt(path, "text in UTF-8", "other bytes", cause);
    }

    @Override
    public void checkCount(long rows) throws IOException {
        if (!Files.isRegularFile(path)) {
            return; // a pipe is read once; checkEnd comes later
        }
        long count = 0;
        try (BufferedReader all = open(path)) {
            while (all.readLine() != null) {
                count++;
            }
        } catch (CharacterCodingException e) {
            throw notText(path, e);
        }
        if (count != rows) {
            throw Refusals.rows("ids of " + path, ids(rows), Long.toString(count), ADVICE);
        }
    }

    private static String ids(long rows) {
        return rows + " ids, one a row";
    }

    @Override
    public ColumnData next(int count) throws IOException {
        byte[][] encoded = new byte[count][];
        int[] starts = new int[count + 1];
        for (int i = 0; i < count; i++) {
            String line = line();
            if (line == null || line.isEmpty()) {
                throw Refusals.rows(
                        "ids of " + path,
                        "an id for each row",
                        (line == null ? "none" : "an empty line") + " for row " + (row + i),
                        ADVICE);
            }
            encoded[i] = line.getBytes(StandardCharsets.UTF_8);
            starts[i + 1] = Math.addExact(starts[i], encoded[i].length);
        }
        ByteBuffer bytes = ByteBuffer.allocate(starts[count]);
        for (byte[] id : encoded) {
            bytes.put(id);
        }
        row += count;
        return ColumnData.bytes(LeafType.TEXT, bytes.flip(), starts);
    }

    private @Nullable String line() throws IOException {
        try {
            return lines.readLine();
        } catch (CharacterCodingException e) {
            throw notText(path, e);
        }
    }

    @Override
    public void checkEnd() throws IOException {
        if (line() != null) {
            throw Refusals.rows("ids of " + path, ids(row), "more", ADVICE);
        }
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
