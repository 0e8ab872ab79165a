package io.github.djlcachex.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * Details are lines of a label and a text each: what is known of one thing. A text that is too long
 * for the terminal goes on in the next line, between its words.
 */
final class Details {

    private record Line(String label, String text) {}

    private static final int GAP = 2;

    private final List<Line> lines = new ArrayList<>();

    /**
     * Adds a line; the text is escaped when it is printed. A line without a label belongs to the
     * one before.
     */
    Details line(String label, Object text) {
        lines.add(new Line(label, String.valueOf(text)));
        return this;
    }

    void print(Terminal terminal) {
        int labels = lines.stream().mapToInt(line -> line.label().length()).max().orElse(0);
        Paragraphs paragraphs = new Paragraphs(terminal, labels + GAP);
        for (Line line : lines) {
            String label = line.label();
            paragraphs.print(terminal.bold(label), label.length(), line.text());
        }
    }
}
