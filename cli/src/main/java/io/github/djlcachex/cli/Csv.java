package io.github.djlcachex.cli;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Csv is lines of values with commas, as RFC 4180 has it but for the line ends, which are LF. */
final class Csv {

    private final Terminal terminal;

    Csv(Terminal terminal, String... headers) {
        this.terminal = terminal;
        row((Object[]) headers);
    }

    void row(Object... values) {
        terminal.println(Arrays.stream(values).map(Csv::quoted).collect(Collectors.joining(",")));
    }

    /** Control characters are escaped, so that a line is a record. */
    private static String quoted(Object value) {
        String text = Escapes.line(String.valueOf(value));
        boolean plain = text.indexOf(',') < 0 && text.indexOf('"') < 0;
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
