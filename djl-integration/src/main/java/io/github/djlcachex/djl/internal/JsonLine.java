package io.github.djlcachex.djl.internal;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** JsonLine is a JSON object on one line, built member by member. */
public final class JsonLine {

    private static final char FIRST_PLAIN = 0x20;

    private final StringBuilder json = new StringBuilder("{");

    /** Adds a number; one that is null, or that JSON does not have, becomes null. */
    public JsonLine number(String name, @Nullable Number value) {
        boolean written = value != null && Double.isFinite(value.doubleValue());
        return raw(name, written ? String.valueOf(value) : "null");
    }

    public JsonLine text(String name, @Nullable String value) {
        return raw(name, value == null ? "null" : quoted(value));
    }

    public JsonLine texts(String name, List<String> values) {
        return raw(
                name,
                values.stream().map(JsonLine::quoted).collect(Collectors.joining(",", "[", "]")));
    }

    private JsonLine raw(String name, String value) {
        json.append(json.length() > 1 ? "," : "").append(quoted(name)).append(':').append(value);
        return this;
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < FIRST_PLAIN || Character.isSurrogate(c)) {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    @Override
    public String toString() {
        return json + "}";
    }
}
