package io.github.djlcachex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.CacheDirectory;
import io.github.djlcachex.cache.CacheLimits;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.LimitPolicy;
import io.github.djlcachex.cache.StoredAs;
import io.github.djlcachex.testing.TestFiles;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

class InfoCommandTest {

    @TempDir Path root;

    @Test
    void outputs_areTheKeptOnes() throws Exception {
        TestCaches.golden("format1-UTF8", root);
        TestCaches.age(root, Duration.ofHours(3));
        Object[] args = {"info", "golden: extractor/é", "-d", root};
        CliRun onTerminal = CliRun.terminal().run(args).ok();
        assertThat(onTerminal.lines())
                .filteredOn(line -> !line.contains(root.toString())) // a path is kept whole
                .allMatch(line -> line.length() <= 80);
        new Expected(root)
                .output("info-80-columns.txt", onTerminal)
                .output("info.json", CliRun.of(TestCaches.with(args, "--format", "json")).ok())
                .assertKept();
        assertThat(CliRun.of(TestCaches.with(args, "--format", "csv")).exits(2).err())
                .contains("info prints no list");
    }

    @Test
    void garbage_isTold_andTheLimit() throws IOException {
        TestCaches.fill(root, "bert", "v1", 2, 10);
        TestCaches.remove(root, "bert", "v1", "id-0", "id-1", "id-2", "id-3");
        CacheDirectory.of(root)
                .setLimits(
                        CacheLimits.builder()
                                .maxBytes(1 << 30)
                                .maxFiles(500)
                                .policy(LimitPolicy.EVICT)
                                .build());
        Map<String, String> before = TestCaches.tree(root);
        assertThat(CliRun.of("info", "bert", "-d", root).ok().out())
                .contains("rows           16\n")
                .contains("20, of them duplicate or removed: 20.0 %")
                .contains("not indexed    20 rows")
                .contains("1.00 GiB and 500 files, then old rows are removed");
        assertThat(TestCaches.tree(root)).isEqualTo(before);
    }

    @Test
    void precision_thatIsNotTheServedOne_isTold() {
        try (FeatureCache cache =
                TestCaches.at(root, "half", "").storeAs(StoredAs.FLOAT16).open()) {
            cache.put("id", new float[] {1, 2});
        }
        assertThat(CliRun.of("info", "half", "-d", root).ok().out())
                .contains("columns        float32[2]")
                .contains("stored as      float16[2]");
    }

    @Test
    void severalGenerations_theLastUsedIsShown_andOneCanBeNamed() throws IOException {
        Path first = TestCaches.fill(root, "bert", "v1", 1, 3);
        TestCaches.fill(root, "bert", "v2", 1, 4);
        TestCaches.age(first, Duration.ofDays(400));
        CliRun run = CliRun.of("info", "bert", "-d", root).exits(ExitCode.OK);
        assertThat(run.out()).contains("fingerprint    v2");
        assertThat(run.err()).startsWith("bert has 2 generations; ");
        String hash = first.getFileName().toString().substring(2, 8);
        assertThat(CliRun.of("info", "bert@" + hash, "-d", root).ok().out())
                .contains("fingerprint    v1");
        assertThat(CliRun.of("info", "none", "-d", root).exits(ExitCode.NO_CACHE).err())
                .contains("no module 'none'");
    }

    @Test
    void generation_thatCannotBeOpened_isAProblem() throws Exception {
        TestCaches.golden("format2-contract", root);
        String name = CliRun.of("ls", "-q", root).ok().lines().get(0);
        assertThat(CliRun.of("info", name, "-d", root).exits(ExitCode.PROBLEMS).out())
                .contains("problem  ", "newer");
    }

    @Test
    void damage_isTold() throws IOException {
        Path generation = TestCaches.fill(root, "bert", "v1", 2, 3);
        TestFiles.truncate(TestFiles.below(generation, ".arrow").get(0), 100);
        Files.createFile(generation.resolve("segments/own.txt"));
        assertThat(CliRun.of("info", "bert", "-d", root).ok().out())
                .contains("unreadable     1 segment: see djlcachex verify");
    }
}
