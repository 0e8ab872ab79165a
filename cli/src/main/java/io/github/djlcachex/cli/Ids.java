package io.github.djlcachex.cli;

import com.fasterxml.jackson.core.JsonGenerator;

import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.LongKeys;
import io.github.djlcachex.row.StringKeys;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The ids of rows as text: escaped where they are printed, as they are where they are read. */
final class Ids {

    private static final String STANDARD_INPUT = "-";
    private static final int SHOWN_CHARS = 60;
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private Ids() {}

    static String text(Keys keys, int position) {
        return Escapes.line(String.valueOf(keys.getObject(position)));
    }

    static void write(JsonGenerator json, String field, Keys keys) throws IOException {
        json.writeArrayFieldStart(field);
        for (int i = 0; i < keys.size(); i++) {
            write(json, keys, i);
        }
        json.writeEndArray();
    }

    /** Writes an id as a number or a text. */
    static void write(JsonGenerator json, Keys keys, int position) throws IOException {
        if (keys instanceof LongKeys longs) {
            json.writeNumber(longs.get(position));
        } else {
            json.writeString(((StringKeys) keys).get(position));
        }
    }

    /** Makes keys of texts, of the type that a generation has. */
    static Keys of(KeyType type, List<String> texts) {
        return type == KeyType.UTF8
                ? Keys.ofStrings(texts)
                : Keys.of(texts.stream().mapToLong(Ids::parseLong).toArray());
    }

    private static long parseLong(String text) {
        String stripped = text.strip();
        try {
            long id = Long.parseLong(stripped);
            if (Long.toString(id).equals(stripped)) {
                return id;
            }
        } catch (NumberFormatException e) {
            // told below, as of 007, which may be an id of another cache
        }
        boolean isLong = stripped.length() > SHOWN_CHARS;
        String shown = isLong ? stripped.substring(0, SHOWN_CHARS) + ".." : stripped;
        throw CommandFailure.usage("'" + shown + "' is no id: the ids here are integers, as 7");
    }

    /**
     * Reads ids from a file, or from standard input if it is named {@code -}: one a line, or each
     * ended by a NUL. Empty ones are passed over.
     */
    static List<String> read(Terminal terminal, String file, boolean nul) {
        String read = read(terminal, file);
        boolean hasMark = !read.isEmpty() && read.charAt(0) == BYTE_ORDER_MARK;
        String text = hasMark ? read.substring(1) : read; // as programs of Windows write it
        String[] parts = nul ? text.split("\0") : text.split("\r?\n");
        return Arrays.stream(parts).filter(part -> !part.isEmpty()).toList();
    }

    private static String read(Terminal terminal, String file) {
        try {
            if (file.equals(STANDARD_INPUT)) {
                StringWriter text = new StringWriter();
                terminal.in().transferTo(text);
                return text.toString();
            }
            return Files.readString(Path.of(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.IO, "cannot read ids from " + file + ": " + e);
        }
    }
}
