package io.github.djlcachex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

class ExplainCommandTest {

    @TempDir Path root;

    @Test
    void misses_areToldApart() {
        TestCaches.fill(root, "bert", "v1", 1, 3);
        TestCaches.fill(root, "bert", "v2", 1, 2);
        TestCaches.remove(root, "bert", "v2", "id-1");
        String v2 = CliRun.of("ls", "-q", root, "--filter", "fingerprint=v2").lines().get(0);
        CliRun run =
                CliRun.of("explain", "-d", root, v2, "id-0", "id-1", "id-2", "\u001b[2J")
                        .exits(ExitCode.PROBLEMS);
        assertThat(run.lines().get(0)).contains("id-0: stored");
        assertThat(run.lines().get(1)).contains("id-1: removed").contains("other generations");
        assertThat(run.lines().get(2)).contains("id-2: never stored").contains("bert@");
        assertThat(run.lines().get(3)).contains("\\u{1b}[2J: never stored").doesNotContain("bert@");
        CliRun.of("explain", "-d", root, v2, "id-0").ok();
        assertThat(CliRun.of("explain", "-d", root, v2, "id-0", "--expire-after", "30d").ok().out())
                .contains("stored");
    }

    @Test
    void json_hasOneForm() {
        TestCaches.fill(root, "bert", "v1", 1, 3);
        TestCaches.fill(root, "bert", "v2", 1, 1);
        String v2 = CliRun.of("ls", "-q", root, "--filter", "fingerprint=v2").lines().get(0);
        JsonFields json =
                JsonFields.of(
                        CliRun.of("explain", "-d", root, v2, "id-2", "--format", "json")
                                .exits(ExitCode.PROBLEMS)
                                .out());
        assertThat(json.form())
                .containsExactly(
                        "/command",
                        "/generation",
                        "/ids/*/file",
                        "/ids/*/id",
                        "/ids/*/otherGenerations/*",
                        "/ids/*/reason",
                        "/ids/*/state",
                        "/version");
        assertThat(json.get("/ids/0/state")).isEqualTo("NEVER_STORED");
    }
}
