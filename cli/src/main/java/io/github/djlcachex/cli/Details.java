package io.github.djlcachex.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * Details are lines of a label and a text each: what is known of one thing. A text that is too long
 * for the terminal goes on in the next line, between its words.
 */
final class Details {

    private record Line(String label, String text) {}

    private static final String GAP = "  ";

    private final List<Line> lines = new ArrayList<>();

    /** Adds a line; the text is escaped here. A line without a label belongs to the one before. */
    Details line(String label, Object text) {
        lines.add(new Line(label, Escapes.line(String.valueOf(text))));
        return this;
    }

    void print(Terminal terminal) {
        int labels = lines.stream().mapToInt(line -> line.label().length()).max().orElse(0);
        for (Line line : lines) {
            String label = line.label();
            for (String part : wrap(line.text(), terminal.width() - labels - GAP.length())) {
                String blanks = " ".repeat(labels - label.length());
                terminal.println((terminal.bold(label) + blanks + GAP + part).stripTrailing());
                label = "";
            }
        }
    }

    /** Breaks a text between its words; a word stays whole. */
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
