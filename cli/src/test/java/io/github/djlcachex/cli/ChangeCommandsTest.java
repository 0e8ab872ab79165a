package io.github.djlcachex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.CacheDirectory;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.GenerationInfo;
import io.github.djlcachex.row.Keys;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The commands that remove, replace and limit. */
class ChangeCommandsTest {

    @TempDir Path temp;

    private Path root() {
        return temp.resolve("cache");
    }

    private CliRun run(Object... args) {
        return CliRun.of(TestCaches.with(args, "-d", root()));
    }

    private List<GenerationInfo> generations() {
        return CacheDirectory.of(root()).generations();
    }

    private static Stream<Object[]> changes() {
        return Stream.of(
                new Object[] {"rm", "bert"},
                new Object[] {"gc", "--keep-generations", "0"},
                new Object[] {"delete", "bert", "id-1"},
                new Object[] {"compact", "bert"},
                new Object[] {"limit", "--max-bytes", "1GiB"},
                new Object[] {"limit", "--none"});
    }

    @Test
    void changes_withoutATerminal_areRefused_andTouchNothing() throws IOException {
        TestCaches.fill(root(), "bert", "v1", 3, 10);
        Map<String, String> before = TestCaches.tree(root());
        changes()
                .forEach(
                        args ->
                                assertThat(run(args).exits(ExitCode.USAGE).err())
                                        .contains("no terminal", "--dry-run", "-y"));
        assertThat(TestCaches.tree(root())).isEqualTo(before);
    }

    @Test
    void dryRuns_tellWhatWouldBeDone_andTouchNothing() throws IOException {
        TestCaches.fill(root(), "bert", "v1", 3, 10);
        Map<String, String> before = TestCaches.tree(root());
        changes()
                .forEach(
                        args -> {
                            Object[] dry = TestCaches.with(args, "--dry-run");
                            assertThat(run(dry).ok().out()).contains("would ");
                            assertThat(run(TestCaches.with(dry, "--format", "json")).ok().out())
                                    .contains("\"version\" : 1", "\"dryRun\" : true")
                                    .contains("\"command\" : \"" + args[0]);
                        });
        assertThat(TestCaches.tree(root())).isEqualTo(before);
    }

    @Test
    void question_thatIsNotAnsweredByYes_changesNothing() throws IOException {
        TestCaches.fill(root(), "bert", "v1", 3, 10);
        Map<String, String> before = TestCaches.tree(root());
        for (String answer : new String[] {"n\n", "\n", "", "yess\n"}) {
            changes()
                    .forEach(
                            args -> {
                                Object[] all = TestCaches.with(args, "-d", root());
                                CliRun run = CliRun.terminal().input(answer).run(all).exits(1);
                                assertThat(run.out()).isEmpty();
                                assertThat(run.err())
                                        .contains("Go on? [y/N] nothing was changed\n");
                            });
        }
        assertThat(TestCaches.tree(root())).isEqualTo(before);
    }

    @Test
    void rm_asksWithSizes_andRemovesAllGenerationsOfAModule() {
        TestCaches.fill(root(), "bert", "v1", 1, 10);
        TestCaches.fill(root(), "bert", "v2", 2, 10);
        TestCaches.fill(root(), "clip", "v1", 1, 10);
        CliRun run = CliRun.terminal().input("Y\n").run("rm", "bert", "-d", root());
        assertThat(run.exits(ExitCode.OK).err())
                .containsPattern("bert@[0-9a-f]{8}: would remove .* KiB, 20 rows in 4 files\n")
                .containsPattern("total: 2 generations, .* KiB in 7 files\n");
        assertThat(run.out()).containsPattern("bert@[0-9a-f]{8}: removed .*, 10 rows in 3 files");
        assertThat(generations()).hasSize(1);
        run("rm", "bert", "-y").exits(ExitCode.NO_CACHE);
        run("rm", "-y").exits(ExitCode.USAGE);
    }

    @Test
    void rm_ofWhatIsInUse_keepsIt_andExitsWithOne() {
        TestCaches.fill(root(), "bert", "v1", 1, 10);
        try (FeatureCache cache = TestCaches.at(root(), "bert", "v1").open()) {
            assertThat(run("rm", "bert", "-y").exits(ExitCode.PROBLEMS).out())
                    .contains("kept " + cache.directory() + ": a process has it open");
        }
        assertThat(generations()).hasSize(1);
    }

    @Test
    void gc_withoutAScope_isWrongUsage() throws IOException {
        TestCaches.fill(root(), "bert", "v1", 1, 10);
        Map<String, String> before = TestCaches.tree(root());
        assertThat(run("gc", "-y").exits(ExitCode.USAGE).err()).contains("without a scope");
        run("gc", "-y", "--module", "bert").exits(ExitCode.USAGE);
        assertThat(run("gc", "-y", "--older-than", "5m").exits(ExitCode.USAGE).err())
                .contains("--older-than 5m");
        run("gc", "-y", "--keep-generations", "-1").exits(ExitCode.USAGE);
        run("gc", "-y", "--max-bytes", "much").exits(ExitCode.USAGE);
        assertThat(TestCaches.tree(root())).isEqualTo(before);
    }

    @Test
    void gc_removesWhatItsScopeAllows() throws IOException {
        Path old = TestCaches.fill(root(), "bert", "v1", 1, 10);
        Path older = TestCaches.fill(root(), "bert", "v2", 1, 10);
        Path fresh = TestCaches.fill(root(), "bert", "v3", 1, 10);
        Path other = TestCaches.fill(root(), "clip", "v1", 1, 10);
        TestCaches.age(root(), Duration.ofHours(2));
        TestCaches.age(old, Duration.ofDays(31));
        TestCaches.age(older, Duration.ofDays(40));
        TestCaches.age(other, Duration.ofDays(50));
        assertThat(run("gc", "-y", "--older-than", "30d", "--keep-generations", "2").ok().out())
                .contains("10 rows in 3 files");
        assertThat(older).doesNotExist();
        assertThat(List.of(old, fresh, other)).allMatch(Files::exists);
        run("gc", "-y", "--older-than", "30d", "--module", "bert").ok();
        assertThat(old).doesNotExist();
        assertThat(List.of(fresh, other)).allMatch(Files::exists);
        assertThat(run("gc", "-y", "--older-than", "100d").ok().out())
                .isEqualTo("total: 0 generations, 0 B in 0 files\n");
        run("gc", "-y", "--keep-generations", "1").ok();
        assertThat(List.of(fresh, other)).allMatch(Files::exists);
        long bytes = CacheDirectory.of(root()).usage().bytes();
        run("gc", "-y", "--max-bytes", Long.toString(bytes)).ok();
        run("gc", "-y", "--max-bytes", "1", "--keep-generations", "1").ok();
        assertThat(List.of(fresh, other)).allMatch(Files::exists);
        run("gc", "-y", "--max-bytes", Long.toString(bytes - 1)).ok();
        assertThat(other).doesNotExist();
        assertThat(fresh).exists();
        run("gc", "-y", "--keep-generations", "0").ok();
        assertThat(fresh).doesNotExist();
    }

    @Test
    void delete_takesIdsFromArgumentsFilesAndInput() throws IOException {
        TestCaches.fill(root(), "bert", "v1", 2, 10);
        Path file = Files.writeString(temp.resolve("ids"), "id-1\n\nid-2\r\nnone\n");
        assertThat(run("delete", "bert", "id-0", "--ids", file, "-y").ok().out())
                .contains(": deleted 3 rows of 20\n");
        CliRun input =
                CliRun.setup()
                        .input("id-3\0id-4")
                        .run("delete", "bert", "--ids", "-", "-0", "-y", "-d", root());
        assertThat(input.ok().out()).contains(": deleted 2 rows of 20\n");
        try (FeatureCache cache = TestCaches.at(root(), "bert", "v1").readOnly(true).open()) {
            assertThat(cache.missing(Keys.of("id-0", "id-1", "id-4", "id-5"))).hasSize(3);
        }
        assertThat(run("delete", "bert", "id-0", "-y").ok().out()).contains("deleted 0 rows");
        run("delete", "bert", "-y").exits(ExitCode.USAGE);
        run("delete", "bert", "-y", "--ids", temp.resolve("none")).exits(ExitCode.IO);
    }

    @Test
    void delete_ofIntegerIds_readsIntegers() {
        try (FeatureCache cache = TestCaches.at(root(), "bert", "v1").open()) {
            cache.put(7L, new float[] {1});
            cache.put(-8L, new float[] {2});
        }
        assertThat(CliRun.of("delete", "-y", "-d", root(), "bert", "7", "--", "-8").ok().out())
                .contains("deleted 2 rows of 2");
        assertThat(run("delete", "bert", "x7", "-y").exits(ExitCode.USAGE).err())
                .contains("'x7' is no id");
    }

    @Test
    void compact_replacesSmallFiles() {
        Path generation = TestCaches.fill(root(), "bert", "v1", 5, 10);
        TestCaches.remove(root(), "bert", "v1", "id-1");
        assertThat(run("compact", "bert", "-y").ok().out())
                .containsPattern(": replaced 5 segments of .* KiB by 1 of .* KiB\n");
        assertThat(generations().get(0).directory()).isEqualTo(generation);
        assertThat(generations().get(0).rows()).isEqualTo(49);
        assertThat(run("compact", "bert", "-y").ok().out())
                .contains(": nothing to compact in 1 segment\n");
    }

    @Test
    void limit_isShownSetAndRemoved() {
        TestCaches.fill(root(), "bert", "v1", 1, 10);
        assertThat(run("limit").ok().out()).startsWith("limit: none; the directory has ");
        assertThat(run("limit", "--max-bytes", "2GiB", "--when-full", "evict", "-y").ok().out())
                .contains("limit: 2.00 GiB, then old rows are removed for new ones; ");
        assertThat(run("limit", "--format", "json").ok().out())
                .contains("\"maxBytes\" : 2147483648", "\"maxFiles\" : null", "\"EVICT\"");
        assertThat(CacheDirectory.of(root()).limits().orElseThrow().maxBytes()).hasValue(2L << 30);
        run("limit", "--none", "-y").ok();
        assertThat(CacheDirectory.of(root()).limits()).isEmpty();
        run("limit", "--none", "--max-files", "3", "-y").exits(ExitCode.USAGE);
        run("limit", "--when-full", "stop", "-y").exits(ExitCode.USAGE);
        run("limit", "--max-files", "0", "-y").exits(ExitCode.USAGE);
    }
}
