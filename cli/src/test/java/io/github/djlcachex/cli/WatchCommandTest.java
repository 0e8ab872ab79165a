package io.github.djlcachex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

class WatchCommandTest {

    @TempDir Path root;

    @Test
    void watch_countsFilesAndRows() {
        TestCaches.fill(root, "bert", "v1", 2, 3);
        TestCaches.fill(root, "clip", "v1", 1, 5);
        CliRun all = CliRun.of("watch", "-d", root, "--interval", "1s", "--count", "2").ok();
        assertThat(all.lines()).hasSize(3);
        assertThat(all.lines().get(2).strip()).matches("3 +11 .* 0");
        CliRun one = CliRun.of("watch", "-d", root, "clip", "--format", "csv", "-n", "1").ok();
        assertThat(one.lines().get(1)).matches("1,5,[0-9]+,0");
        CliRun json = CliRun.of("watch", "-d", root, "clip", "--format", "json", "-n", "1").ok();
        assertThat(JsonFields.of(json.out()).form())
                .containsExactly(
                        "/bytes", "/command", "/files", "/rows", "/rowsPerSecond", "/version");
        CliRun.of("watch", "-d", root, "--interval", "fast").exits(ExitCode.USAGE);
        CliRun.of("watch", "-d", root.resolve("no")).exits(ExitCode.NO_CACHE);
    }
}
