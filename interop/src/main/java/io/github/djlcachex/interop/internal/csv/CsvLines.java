package io.github.djlcachex.interop.internal.csv;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.csv.CsvFactory;
import com.fasterxml.jackson.dataformat.csv.CsvParser;

import io.github.djlcachex.interop.internal.table.Refusals;

import org.jspecify.annotations.Nullable;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads the records of a file, the first of which has the names of the columns. */
final class CsvLines implements Closeable {

    private static final char BYTE_ORDER_MARK = '\uFEFF';
    private static final CsvFactory FACTORY = new CsvFactory();

    private final Path file;
    private final CsvParser parser;
    private final List<String> names;
    private long line = 1;

    CsvLines(Path file) throws IOException {
        this.file = file;
        BufferedReader text = Files.newBufferedReader(file, StandardCharsets.UTF_8);
        this.parser = FACTORY.createParser(text);
        try {
            text.mark(1);
            if (text.read() != BYTE_ORDER_MARK) {
                text.reset();
            }
            this.names = header();
        } catch (CharacterCodingException e) {
            text.close();
            throw notUtf8(e);
        } catch (IOException | RuntimeException e) {
            text.close();
            throw e;
        }
    }

    private List<String> header() throws IOException {
        CsvRow row = record();
        if (row == null) {
            throw Refusals.corrupt(file, "a line with the names of the columns", "no line");
        }
        if (row.cells().stream().distinct().count() < row.cells().size()) {
            throw Refusals.rows(
                    "line 1 of file " + file,
                    "names of columns, each once",
                    CsvNumbers.shortened(row.cells().toString()),
                    "name the columns in the first line");
        }
        return row.cells();
    }

    List<String> names() {
        return names;
    }

    /** Returns the next record, which has a cell for each column, or null at the end. */
    @Nullable CsvRow next() throws IOException {
        CsvRow row = record();
        while (row != null && isBlank(row)) {
            row = record();
        }
        if (row != null && row.cells().size() != names.size()) {
            throw Refusals.rows(
                    "line " + row.line() + " of file " + file,
                    names.size() + " values, as the first line has names",
                    Integer.toString(row.cells().size()),
                    "write a value for each column; quote those with commas");
        }
        return row;
    }

    private boolean isBlank(CsvRow row) {
        return names.size() > 1 && row.cells().size() == 1 && row.cell(0).isEmpty();
    }

    private @Nullable CsvRow record() throws IOException {
        long start = line;
        try {
            JsonToken token = parser.nextToken();
            if (token == null) {
                return null;
            }
            List<String> cells = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                String cell = parser.getText();
                line += breaks(cell);
                cells.add(cell);
            }
            line++;
            return new CsvRow(start, cells);
        } catch (JsonProcessingException e) {
            throw Refusals.corrupt(
                    file,
                    "comma-separated values, quoted whole or not at all",
                    e.getOriginalMessage() + ", in the record of line " + start);
        } catch (CharacterCodingException e) {
            throw notUtf8(e);
        }
    }

    private RuntimeException notUtf8(CharacterCodingException e) {
        return Refusals.corrupt(
                file, "text in UTF-8", "other bytes, at line " + line + " or later", e);
    }

    /** Lines end with a line feed, a carriage return, or both. */
    private static int breaks(String cell) {
        int breaks = 0;
        for (int i = 0; i < cell.length(); i++) {
            char c = cell.charAt(i);
            boolean isAfterReturn = i > 0 && cell.charAt(i - 1) == '\r';
            if (c == '\r' || (c == '\n' && !isAfterReturn)) {
                breaks++;
            }
        }
        return breaks;
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
