package io.github.djlcachex.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * Paragraphs are texts beside a label each, wrapped at the terminal's width. Without a terminal a
 * text is one line.
 */
final class Paragraphs {

    private final Terminal terminal;
    private final int indent;

    /** Creates paragraphs whose texts begin in one column. */
    Paragraphs(Terminal terminal, int indent) {
        this.terminal = terminal;
        this.indent = indent;
    }

    /** Prints one; the text is escaped here. A label may have colors, which take no width. */
    void print(String label, int labelWidth, String text) {
        String start = label + " ".repeat(indent - labelWidth);
        for (String part : wrap(Escapes.line(text), terminal.width() - indent)) {
            terminal.println((start + part).stripTrailing());
            start = " ".repeat(indent);
        }
    }

    /** Breaks a text between its words. A word stays whole, so that a path can be copied. */
    static List<String> wrap(String text, int width) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (!part.isEmpty() && part.length() + 1 + word.length() > width) {
                parts.add(part.toString());
                part.setLength(0);
            }
            part.append(part.isEmpty() ? "" : " ").append(word);
        }
        parts.add(part.toString());
        return parts;
    }
}
