package io.github.djlcachex.cli;

/**
 * Paragraphs are texts beside a label each, wrapped between words at the terminal's width. Without
 * a terminal a text is one line.
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
        StringBuilder line = new StringBuilder(label).append(" ".repeat(indent - labelWidth));
        int used = indent;
        for (String word : Escapes.line(text).split(" ", -1)) {
            if (used > indent && used + 1 + word.length() > terminal.width()) {
                terminal.println(line.toString());
                line = new StringBuilder(" ".repeat(indent));
                used = indent;
            }
            line.append(used > indent ? " " : "").append(word);
            used += word.length() + (used > indent ? 1 : 0);
        }
        terminal.println(line.toString());
    }
}
