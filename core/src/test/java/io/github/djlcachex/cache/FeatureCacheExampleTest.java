package io.github.djlcachex.cache;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The example in the class doc of {@link FeatureCache} and in the README, run as it stands. */
@NullUnmarked
class FeatureCacheExampleTest {

    private static final Path THIS_FILE =
            Path.of("src/test/java/io/github/djlcachex/cache/FeatureCacheExampleTest.java");
    private static final Path CLASS =
            Path.of("src/main/java/io/github/djlcachex/cache/FeatureCache.java");
    private static final Path README = Path.of("../README.md");

    @TempDir Path directory;

    private final AtomicInteger runs = new AtomicInteger();

    private float[] compute(String text) {
        return new float[] {text.length(), runs.incrementAndGet()};
    }

    private static void train(float[] row) {
        assertThat(row).hasSize(2);
    }

    private void runExample() {
        // EXAMPLE
        try (FeatureCache cache =
                FeatureCache.builder().directory(directory).moduleId("minilm").open()) {
            train(cache.computeMissing("a text", text -> compute(text))); // computed if missing
        } // the row is on disk now
        // EXAMPLE
    }

    @Test
    void example_runTwice_computesOnce() {
        runExample();
        runExample();
        assertThat(runs).hasValue(1);
        try (FeatureCache cache =
                FeatureCache.builder().directory(directory).moduleId("minilm").open()) {
            assertThat(cache.get("a text").orElseThrow()).containsExactly(6, 1);
        }
    }

    @Test
    void example_inTheClassDocAndTheReadme_isTheCodeOfThisTest() throws IOException {
        List<String> here =
                between(Files.readAllLines(THIS_FILE), "// EXAMPLE", "// EXAMPLE").stream()
                        .map(line -> line.substring(8))
                        .toList();
        List<String> doc =
                between(Files.readAllLines(CLASS), "* <pre>{@code", "* }</pre>").stream()
                        .map(line -> line.substring(3))
                        .toList();
        assertThat(doc).isNotEmpty().isEqualTo(here);
        List<String> readme = Files.readAllLines(README);
        List<String> section =
                readme.subList(readme.indexOf("## FeatureCache alone"), readme.size());
        assertThat(between(section, "```java", "```")).isEqualTo(here);
    }

    private static List<String> between(List<String> lines, String from, String to) {
        List<String> stripped = lines.stream().map(String::strip).toList();
        int start = stripped.indexOf(from) + 1;
        int end = start + stripped.subList(start, stripped.size()).indexOf(to);
        return lines.subList(start, end);
    }
}
