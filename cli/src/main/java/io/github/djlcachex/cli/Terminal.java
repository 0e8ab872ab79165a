package io.github.djlcachex.cli;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;

/** A Terminal is what a command reads from and prints to, in UTF-8, and what it is capable of. */
final class Terminal {

    static final int DEFAULT_WIDTH = 80;

    private static final int LEAST_WIDTH = 40;
    private static final int MOST_WIDTH = 1000;

    private final Writer out;
    private final PrintWriter err;
    private final BufferedReader in;
    private final Devices devices;
    private final Map<String, String> environment;
    private final Clock clock;

    Terminal(
            InputStream in,
            OutputStream out,
            OutputStream err,
            Devices devices,
            Map<String, String> environment,
            Clock clock) {
        this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        this.out = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
        this.err = new PrintWriter(new OutputStreamWriter(err, StandardCharsets.UTF_8), true);
        this.devices = devices;
        this.environment = Map.copyOf(environment);
        this.clock = clock;
    }

    static Terminal ofProcess() {
        return new Terminal(
                new FileInputStream(FileDescriptor.in),
                new FileOutputStream(FileDescriptor.out),
                new FileOutputStream(FileDescriptor.err),
                Devices.ofProcess(),
                System.getenv(),
                Clock.systemUTC());
    }

    /** Prints to standard output. */
    void print(String text) {
        try {
            out.write(text);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    void println(String line) {
        print(line + "\n");
    }

    void flush() {
        try {
            out.flush();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** Where JSON goes. */
    Writer out() {
        return out;
    }

    RuntimeException failure(IOException e) {
        boolean closed = devices.pipe() || "Broken pipe".equals(e.getMessage());
        return closed ? new OutputClosed(e) : new UncheckedIOException("standard output", e);
    }

    /** Prints a message for people to standard error. What fails there has nowhere to be told. */
    void error(String line) {
        errorPart(line + "\n");
    }

    void errorPart(String text) {
        err.print(text);
        err.flush();
    }

    PrintWriter err() {
        return err;
    }

    /** Tells whether somebody can be asked. */
    boolean isInteractive() {
        return devices.input();
    }

    boolean isOutputTerminal() {
        return devices.output();
    }

    /** Reads a line of input; empty at its end. */
    String readLine() {
        try {
            String line = in.readLine();
            return line == null ? "" : line;
        } catch (IOException e) {
            throw new UncheckedIOException("standard input", e);
        }
    }

    BufferedReader in() {
        return in;
    }

    boolean hasColors() {
        return devices.output()
                && environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !environment.getOrDefault("TERM", "").equals("dumb");
    }

    String bold(String text) {
        return hasColors() ? "\u001b[1m" + text + "\u001b[0m" : text;
    }

    String red(String text) {
        return hasColors() ? "\u001b[31m" + text + "\u001b[0m" : text;
    }

    /** The columns of the terminal; without one, lines are as long as they are. */
    int width() {
        return devices.output() ? columns() : Integer.MAX_VALUE;
    }

    /** The columns that text for people is wrapped at. */
    int columns() {
        String columns = environment.getOrDefault("COLUMNS", "");
        if (!columns.matches("[0-9]{1,6}")) {
            return DEFAULT_WIDTH;
        }
        return Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, Integer.parseInt(columns)));
    }

    String environment(String name) {
        return environment.getOrDefault(name, "");
    }

    Clock clock() {
        return clock;
    }
}
