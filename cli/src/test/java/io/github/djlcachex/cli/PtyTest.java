package io.github.djlcachex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.testing.ChildJvm;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command on a real terminal: a pty that Python opens. */
class PtyTest {

    /**
     * A build in the background may ignore SIGINT, which its children would inherit. The alarm ends
     * a command that does not end, and with it the test's wait for its output.
     */
    private static final String SPAWN =
            """
            import os, pty, signal, sys
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            signal.alarm(60)
            sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))
            """;

    @TempDir Path root;

    @BeforeEach
    void needsPython() {
        boolean there = Files.isDirectory(Path.of("/dev/pts")) && hasPython();
        if (!there) {
            System.err.println("SKIPPED: the pty test needs python3 and /dev/pts");
        }
        Assumptions.assumeTrue(there, "needs python3 and /dev/pts");
    }

    private static boolean hasPython() {
        try {
            new ProcessBuilder("python3", "-c", "import pty").start().destroy();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static Process start(boolean colors, String... args) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "python3",
                                "-c",
                                SPAWN,
                                ChildJvm.java(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Main.class.getName()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("TERM", "xterm");
        builder.environment().remove("NO_COLOR");
        builder.environment().remove("COLUMNS");
        if (!colors) {
            builder.environment().put("NO_COLOR", "1");
        }
        return builder.start();
    }

    private static String run(boolean colors, String... args) throws Exception {
        Process process = start(colors, args);
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(out).isZero();
        return out;
    }

    @Test
    void terminal_getsColorsAnd80Columns_andNoColorIsObeyed() throws Exception {
        TestCaches.fill(
                root, "a-module-with-a-name-that-is-longer-than-a-line".repeat(3), "v1", 1, 2);
        assertThat(run(true, "ls", root.toString())).contains("\u001b[1mMODULE");
        String plain = run(false, "ls", root.toString());
        assertThat(plain).contains("MODULE").doesNotContain("\u001b");
        assertThat(plain.lines()).allMatch(line -> line.length() <= 80);
    }

    /** Types on the terminal once a text is on it; returns all that was printed. */
    private static String type(Process process, String after, String keys) throws IOException {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        boolean typed = false;
        for (int b; (b = process.getInputStream().read()) >= 0; ) {
            printed.write(b);
            if (!typed && printed.toString(StandardCharsets.UTF_8).contains(after)) {
                process.getOutputStream().write(keys.getBytes(StandardCharsets.UTF_8));
                process.getOutputStream().flush();
                typed = true;
            }
        }
        return printed.toString(StandardCharsets.UTF_8);
    }

    @Test
    void watch_endsQuietlyOnControlC() throws Exception {
        TestCaches.fill(root, "bert", "v1", 1, 7);
        Process process = start(false, "watch", "-d", root.toString(), "--interval", "1h");
        String printed = type(process, " 7 ", "\u0003");
        assertThat(process.waitFor()).isEqualTo(130); // as of any program that SIGINT ends
        assertThat(printed).contains("ROWS/S").doesNotContain("Exception", "djlcachex:");
    }

    @Test
    void question_isAnsweredOnTheTerminal() throws Exception {
        Path generation = TestCaches.fill(root, "bert", "v1", 1, 7);
        Process no = start(false, "rm", "bert", "-d", root.toString());
        String printed = type(no, "?", "n\n");
        assertThat(no.waitFor()).as(printed).isEqualTo(ExitCode.PROBLEMS);
        assertThat(generation).exists();
        Process yes = start(false, "rm", "bert", "-d", root.toString());
        printed = type(yes, "?", "y\n");
        assertThat(yes.waitFor()).as(printed).isEqualTo(ExitCode.OK);
        assertThat(generation).doesNotExist();
    }
}
