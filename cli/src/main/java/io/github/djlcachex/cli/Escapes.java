package io.github.djlcachex.cli;

import java.util.Locale;

/**
 * Escapes are the way texts of a cache directory are printed: ids, names and paths may hold escape
 * sequences of terminals, line ends, and characters that change the direction of text.
 */
final class Escapes {

    private Escapes() {}

    /** Returns a text in one line of visible characters. */
    static String line(String text) {
        return escape(text, false);
    }

    /** Returns a message whose line ends stay. */
    static String lines(String text) {
        return escape(text, true);
    }

    private static String escape(String text, boolean linesStay) {
        StringBuilder escaped = new StringBuilder(text.length());
        text.codePoints()
                .forEach(
                        c -> {
                            if (isVisible(c) || (linesStay && c == '\n')) {
                                escaped.appendCodePoint(c);
                            } else {
                                escaped.append(escape(c));
                            }
                        });
        return escaped.toString();
    }

    private static String escape(int c) {
        return switch (c) {
            case '\\' -> "\\\\";
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> String.format(Locale.ROOT, "\\u{%x}", c);
        };
    }

    private static boolean isVisible(int c) {
        return c != '\\'
                && switch (Character.getType(c)) {
                    case Character.CONTROL,
                            Character.FORMAT,
                            Character.SURROGATE,
                            Character.PRIVATE_USE,
                            Character.UNASSIGNED,
                            Character.LINE_SEPARATOR,
                            Character.PARAGRAPH_SEPARATOR ->
                            false;
                    case Character.SPACE_SEPARATOR -> c == ' ';
                    default -> true;
                };
    }
}
