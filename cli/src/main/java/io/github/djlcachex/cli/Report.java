package io.github.djlcachex.cli;

import com.fasterxml.jackson.core.JsonGenerator;

import java.io.IOException;

/** A Report is what a command prints, in the format that was asked for. */
abstract class Report {

    private final Terminal terminal;
    private final String command;

    /** Creates a report; its JSON names the command. */
    Report(Terminal terminal, String command) {
        this.terminal = terminal;
        this.command = command;
    }

    final Terminal terminal() {
        return terminal;
    }

    final void print(Format format) {
        switch (format) {
            case TABLE -> printTable();
            case JSON -> Json.print(terminal, command, this::writeJson);
            case CSV -> printCsv();
        }
    }

    abstract void printTable();

    abstract void writeJson(JsonGenerator json) throws IOException;

    /** Prints a list as CSV; what is no list has none. */
    void printCsv() {
        Format.CSV.refuseCsv(command);
    }
}
