package io.github.djlcachex.cli;

import java.util.List;

/** A Change is a report of what a command did to a directory, or would do. */
abstract class Change extends Report {

    private static final String INDENT = "  ";

    Change(Terminal terminal, String command) {
        super(terminal, command);
    }

    /** The lines for people, escaped: what is printed, and what a question shows first. */
    abstract List<String> lines();

    /** Tells whether there is nothing to do, and so nothing to ask. */
    abstract boolean isNothing();

    abstract int exitCode();

    @Override
    final void printTable() {
        lines().forEach(this::printWrapped);
    }

    private void printWrapped(String line) {
        String blanks = line.startsWith(INDENT) ? INDENT : "";
        for (String part :
                Paragraphs.wrap(line.strip(), terminal().width() - 2 * INDENT.length())) {
            terminal().println(blanks + part);
            blanks = INDENT + INDENT;
        }
    }
}
