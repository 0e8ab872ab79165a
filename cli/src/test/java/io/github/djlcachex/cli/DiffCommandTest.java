package io.github.djlcachex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;

class DiffCommandTest {

    @TempDir Path root;

    @BeforeEach
    void fill() {
        put("a", new String[] {"same", "gone", "near", "far"}, 1, 2, 3, 4);
        put("b", new String[] {"far", "near", "same", "new"}, 9, 3.001f, 1, 7);
    }

    private void put(String module, String[] ids, float... values) {
        try (FeatureCache cache = TestCaches.at(root, module, "v1").open()) {
            for (int i = 0; i < ids.length; i++) {
                cache.put(ids[i], new float[] {values[i], 0});
            }
        }
    }

    @Test
    void rows_areComparedByChecksum() {
        CliRun run = CliRun.of("diff", "-d", root, "a", "b").exits(ExitCode.PROBLEMS);
        assertThat(run.lines())
                .containsExactly(
                        "- gone",
                        "* near",
                        "* far",
                        "+ new",
                        "1 same, 1 only in A, 1 only in B, 2 different");
        assertThat(CliRun.of("diff", "-d", root, "a", "b", "--all").lines()).contains("= same");
        assertThat(CliRun.of("diff", "-d", root, "-q", "a", "b").lines()).hasSize(1);
        assertThat(CliRun.of("diff", "-d", root, "a", "a").ok().lines())
                .containsExactly("4 same, 0 only in A, 0 only in B, 0 different");
        assertThat(CliRun.of("diff", "-d", root, "--format", "csv", "a", "b").lines())
                .startsWith("sign,id", "-,gone");
    }

    @Test
    void tolerance_letsNearRowsBeTheSame() {
        CliRun run = CliRun.of("diff", "-d", root, "a", "b", "--tolerance", "0.01");
        assertThat(run.lines())
                .containsExactly(
                        "- gone",
                        "* far",
                        "+ new",
                        "2 same, 1 only in A, 1 only in B, 1 different");
        CliRun.of("diff", "-d", root, "a", "b", "--tolerance", "-1").exits(ExitCode.USAGE);
    }

    @Test
    void manyPartitions_findWhatOneFinds() throws IOException {
        try (FeatureCache a = TestCaches.at(root, "a", "v1").open();
                FeatureCache b = TestCaches.at(root, "b", "v1").open()) {
            List<String> few = new ArrayList<>();
            new Comparison(a, b, OptionalDouble.empty())
                    .run(1, (keys, i, found) -> few.add(found.sign() + Ids.text(keys, i)));
            List<String> one = new ArrayList<>();
            new Comparison(a, b, OptionalDouble.empty())
                    .run(1000, (keys, i, found) -> one.add(found.sign() + Ids.text(keys, i)));
            assertThat(few).containsExactlyInAnyOrderElementsOf(one).hasSize(5);
        }
    }

    @Test
    void temporaryFiles_areDeleted() throws IOException {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        long before = spills(temporary);
        CliRun.of("diff", "-d", root, "a", "b");
        assertThat(spills(temporary)).isEqualTo(before);
    }

    private static long spills(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(f -> f.getFileName().toString().startsWith("djlcachex-diff"))
                    .count();
        }
    }

    @Test
    void otherColumnsOrDirectories_areRefused() {
        try (FeatureCache cache = TestCaches.at(root, "c", "v1").open()) {
            cache.put("same", new float[] {1, 0, 0});
        }
        assertThat(CliRun.of("diff", "-d", root, "a", "c").exits(ExitCode.PROBLEMS).err())
                .contains("--tolerance");
        assertThat(CliRun.of("diff", "-d", root, "a", "c", "--tolerance", "1").out())
                .contains("* same");
        CliRun.of("diff", "-d", root, "a", "b", "--dir-b", root.resolve("no"))
                .exits(ExitCode.NO_CACHE);
        CliRun.of("diff", "-d", root, "a", "a", "--dir-b", root).ok();
    }

    @Test
    void json_hasOneForm() {
        JsonFields json =
                JsonFields.of(CliRun.of("diff", "-d", root, "a", "b", "--format", "json").out());
        assertThat(json.form())
                .containsExactly(
                        "/a",
                        "/b",
                        "/command",
                        "/damagedRows",
                        "/different",
                        "/ids/*/difference",
                        "/ids/*/id",
                        "/onlyInA",
                        "/onlyInB",
                        "/same",
                        "/version");
    }
}
