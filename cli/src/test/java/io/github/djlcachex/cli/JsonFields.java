package io.github.djlcachex.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** JsonFields are the values of a JSON text by their paths: {@code /findings/0/level}. */
final class JsonFields {

    private final Map<String, String> values = new TreeMap<>();

    private JsonFields() {}

    /** Parses a text; fails if it is no JSON. */
    static JsonFields of(String text) {
        JsonFields fields = new JsonFields();
        try (JsonParser parser = new JsonFactory().createParser(text)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token.isScalarValue()) {
                    String path = parser.getParsingContext().pathAsPointer().toString();
                    fields.values.put(path, parser.getText());
                }
            }
        } catch (IOException e) {
            throw new AssertionError(text, e);
        }
        return fields;
    }

    /** Returns a value as text; "null" if it is null or not there. */
    String get(String path) {
        return values.getOrDefault(path, "null");
    }

    /** Returns the paths, each once, sorted, with a star in the place of numbers. */
    List<String> form() {
        return new ArrayList<>(
                values.keySet().stream()
                        .map(path -> path.replaceAll("/[0-9]+", "/*"))
                        .distinct()
                        .sorted()
                        .toList());
    }
}
