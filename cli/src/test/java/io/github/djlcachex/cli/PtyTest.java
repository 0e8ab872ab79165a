package io.github.djlcachex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.testing.ChildJvm;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command on a real terminal: a pty that Python opens. */
class PtyTest {

    private static final String SPAWN =
            "import os,pty,sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))";

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

    private String run(boolean colors, String... args) throws Exception {
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
        Process process = builder.start();
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
}
