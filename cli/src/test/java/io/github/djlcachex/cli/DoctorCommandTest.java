package io.github.djlcachex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FilesystemTrait;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Locale;

class DoctorCommandTest {

    @TempDir Path root;

    @Test
    void doctor_tellsEveryTraitWithin80Columns_andLeavesNothing() {
        CliRun run = CliRun.terminal().run("doctor", root).ok();
        for (FilesystemTrait trait : FilesystemTrait.values()) {
            assertThat(run.out()).contains(trait.name().toLowerCase(Locale.ROOT).replace('_', ' '));
        }
        assertThat(run.lines().subList(1, run.lines().size())).allMatch(l -> l.length() <= 80);
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void json_hasVersionAndEveryTrait() {
        JsonFields json = JsonFields.of(CliRun.of("doctor", root, "--format", "json").ok().out());
        assertThat(json.form())
                .containsExactly(
                        "/command",
                        "/directory",
                        "/filesystem",
                        "/findings/*/advice",
                        "/findings/*/level",
                        "/findings/*/observed",
                        "/findings/*/option",
                        "/findings/*/trait",
                        "/network",
                        "/suitable",
                        "/version");
        assertThat(json.get("/version")).isEqualTo("1");
        assertThat(json.get("/findings/11/trait")).isEqualTo("DESCRIPTOR_LIMIT");
    }

    @Test
    void directory_thatIsNone_isNoCache() {
        assertThat(CliRun.of("doctor", root.resolve("no")).exits(ExitCode.NO_CACHE).err())
                .contains("create it first");
        CliRun.of("doctor", root, "--format", "csv").exits(ExitCode.USAGE);
        CliRun.of("doctor").exits(ExitCode.USAGE);
    }
}
