package io.github.djlcachex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.testing.TestFiles;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What the commands that check and change print: for people on 80 columns, and for programs. */
class ChangeOutputsTest {

    private static final String UTF8 = "golden: extractor/é";
    private static final String INT64 = "golden removal";

    @TempDir Path root;

    @Test
    void outputs_areTheKeptOnes() throws Exception {
        TestCaches.golden("format1-UTF8", root);
        TestCaches.golden("format1-removal-INT64", root);
        Path spoilt =
                TestFiles.below(root.resolve("m-golden-extractor--68ed496f17461d40"), ".arrow")
                        .get(1);
        TestFiles.truncate(spoilt, 5000);
        TestCaches.age(root, Duration.ofDays(40));
        Expected expected = new Expected(root);
        add(expected, "verify-damage", "verify");
        add(expected, "repair", "repair", UTF8, "--dry-run");
        add(expected, "rm", "rm", UTF8, INT64, "--dry-run");
        add(expected, "delete", "delete", INT64, "1", "2", "--dry-run");
        add(expected, "gc", "gc", "--older-than", "30d", "--dry-run");
        add(expected, "compact", "compact", INT64, "--dry-run");
        add(expected, "limit", "limit", "--max-bytes", "1GiB", "--dry-run");
        expected.assertKept();
    }

    private void add(Expected expected, String name, String... words) {
        List<Object> args = new ArrayList<>(Arrays.asList(words));
        args.addAll(List.of("-d", root));
        CliRun onTerminal = CliRun.terminal().run(args.toArray());
        assertThat(onTerminal.lines())
                .filteredOn(line -> !line.contains(root.toString())) // a path is kept whole
                .allMatch(line -> line.length() <= 80);
        args.addAll(List.of("--format", "json"));
        CliRun json = CliRun.of(args.toArray()).exits(onTerminal.exit());
        assertThat(json.out()).startsWith("{\n  \"version\" : 1,\n  \"command\" : \"" + words[0]);
        expected.output(name + "-80-columns.txt", onTerminal).output(name + ".json", json);
    }
}
