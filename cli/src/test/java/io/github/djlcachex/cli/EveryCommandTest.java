package io.github.djlcachex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.file.Path;

/** What holds for the output of every command. */
class EveryCommandTest {

    private static final String MODULE = "a-module-whose-name-fills-most-of-a-line-of-a-terminal";

    @TempDir Path root;

    @Retention(RetentionPolicy.RUNTIME)
    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "ls",
                "ls --segments",
                "info MODULE",
                "head MODULE",
                "head MODULE --stats",
                "get MODULE id-1",
                "verify",
                "repair MODULE --dry-run",
                "rm MODULE --dry-run",
                "delete MODULE id-1 --dry-run",
                "gc --keep-generations 0 --dry-run",
                "compact MODULE --dry-run",
                "limit",
                "limit --max-bytes 1GiB --dry-run",
                "explain MODULE id-1 none",
                "diff MODULE MODULE --all",
                "stats MODULE",
                "watch -n 1",
                "doctor ROOT",
                "export npy MODULE ROOT/out.npy"
            })
    @interface EveryCommand {}

    /** The output of a command whose reader has gone. */
    private static final class Closed extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
        }
    }

    @BeforeEach
    void fill() {
        TestCaches.fill(root, MODULE, "v1", 3, 10);
    }

    private Object[] words(String command) {
        return command.replace("MODULE", MODULE).replace("ROOT", root.toString()).split(" ");
    }

    private CliRun.Setup in(CliRun.Setup setup) {
        return setup.environment("DJLCACHEX_DIR", root.toString());
    }

    @EveryCommand
    void closedPipe_endsACommandQuietly(String command) {
        CliRun run = in(CliRun.setup()).runTo(new Closed(), words(command));
        assertThat(run.err()).isEmpty();
        assertThat(run.exit()).isIn(ExitCode.OK, ExitCode.PROBLEMS);
    }

    @EveryCommand
    void terminal_getsNoLineWiderThanIt_andNoColors(String command) {
        CliRun run = in(CliRun.terminal()).run(words(command));
        assertThat(run.exit()).as(run.err()).isIn(ExitCode.OK, ExitCode.PROBLEMS);
        assertThat(run.out() + run.err()).doesNotContain("\u001b");
        assertThat(run.out()).isNotEmpty();
        assertThat(run.lines()).allMatch(EveryCommandTest::fits);
    }

    /** A word stays whole, so that a path can be copied; it may have a label. */
    private static boolean fits(String line) {
        return line.length() <= Terminal.DEFAULT_WIDTH || line.strip().split(" +").length <= 2;
    }
}
