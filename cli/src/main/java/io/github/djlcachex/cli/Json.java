package io.github.djlcachex.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;

import java.io.IOException;

/**
 * Json is the output for programs: one object, with the version of its form and the command's name.
 * A form gains fields within a version; what a field means does not change.
 */
final class Json {

    static final int VERSION = 1;

    /** Writes the fields of the object. */
    interface Body {
        void write(JsonGenerator json) throws IOException;
    }

    private Json() {}

    static void print(Terminal terminal, String command, Body body) {
        try (JsonGenerator json = generator(terminal)) {
            json.setPrettyPrinter(
                    new DefaultPrettyPrinter()
                            .withArrayIndenter(new LineEnds())
                            .withObjectIndenter(new LineEnds()));
            json.writeStartObject();
            json.writeNumberField("version", VERSION);
            json.writeStringField("command", command);
            body.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw terminal.failure(e);
        }
        terminal.println("");
    }

    /** Writes an object on one line, for outputs of many. */
    static void printLine(Terminal terminal, Body body) {
        try (JsonGenerator json = generator(terminal)) {
            json.writeStartObject();
            body.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw terminal.failure(e);
        }
        terminal.println("");
    }

    private static JsonGenerator generator(Terminal terminal) throws IOException {
        return JsonFactory.builder()
                .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
                .build()
                .createGenerator(terminal.out())
                .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
                .disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
    }

    /** Two blanks a level, and the same line end everywhere. */
    private static final class LineEnds extends DefaultIndenter {
        private static final long serialVersionUID = 1;

        LineEnds() {
            super("  ", "\n");
        }
    }
}
