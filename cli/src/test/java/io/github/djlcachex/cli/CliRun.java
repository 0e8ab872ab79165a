package io.github.djlcachex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A run of the command in this JVM, with what it printed. */
final class CliRun {

    /** What the tests' directories call now. */
    static final Instant NOW = Instant.parse("2025-06-01T12:00:00Z");

    private static final Devices PIPED = new Devices(false, false, true);

    private final int exit;
    private final String out;
    private final String err;

    private CliRun(int exit, String out, String err) {
        this.exit = exit;
        this.out = out;
        this.err = err;
    }

    /** A command whose output is a pipe, and whose input is empty. */
    static CliRun of(Object... args) {
        return new Setup().run(args);
    }

    /** A command on a terminal of 80 columns without colors. */
    static Setup terminal() {
        Setup setup = new Setup();
        setup.devices = new Devices(true, true, false);
        setup.environment.put("NO_COLOR", "1");
        return setup;
    }

    static Setup setup() {
        return new Setup();
    }

    int exit() {
        return exit;
    }

    String out() {
        return out;
    }

    String err() {
        return err;
    }

    List<String> lines() {
        return out.lines().toList();
    }

    /** Returns this, if the command ended well and said nothing on standard error. */
    CliRun ok() {
        assertThat(err).isEmpty();
        assertThat(exit).as(out).isZero();
        return this;
    }

    CliRun exits(int expected) {
        assertThat(exit).as(out + err).isEqualTo(expected);
        return this;
    }

    /** Where a command runs. */
    static final class Setup {

        private Devices devices = PIPED;
        private final Map<String, String> environment = new HashMap<>();
        private InputStream in = InputStream.nullInputStream();
        private Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);

        private Setup() {}

        Setup environment(String name, String value) {
            environment.put(name, value);
            return this;
        }

        Setup input(String text) {
            in = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
            return this;
        }

        Setup systemClock() {
            clock = Clock.systemUTC();
            return this;
        }

        CliRun run(Object... args) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            return runTo(out, args, () -> out.toString(StandardCharsets.UTF_8));
        }

        /** Runs with an output of one's own; the returned run has none. */
        CliRun runTo(OutputStream out, Object... args) {
            return runTo(out, args, () -> "");
        }

        private CliRun runTo(OutputStream out, Object[] args, Supplier<String> printed) {
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            Terminal terminal = new Terminal(in, out, err, devices, environment, clock);
            String[] texts = new String[args.length];
            for (int i = 0; i < args.length; i++) {
                texts[i] = args[i] instanceof Path path ? path.toString() : (String) args[i];
            }
            PrintStream systemErr = System.err; // where picocli prints what a handler throws
            System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
            try {
                int exit = Cli.run(terminal, texts);
                return new CliRun(exit, printed.get(), err.toString(StandardCharsets.UTF_8));
            } finally {
                System.setErr(systemErr);
            }
        }
    }
}
