package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.CacheDirectory;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.GenerationFilter;
import io.github.djlcachex.cache.GenerationInfo;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** Generations of one directory, each last used when the test says. */
abstract class GenerationsScenario {

    static final GenerationFilter ALL = GenerationFilter.builder().keepLast(0).build();

    @TempDir Path root;

    CacheDirectory directory() {
        return CacheDirectory.of(root);
    }

    /** Writes a generation that was last used so long ago; returns its directory. */
    Path generation(String fingerprint, Duration age) throws IOException {
        Path directory;
        try (FeatureCache cache = Caches.at(root).fingerprint(fingerprint).open()) {
            Caches.putAndFlush(cache, TestRows.range(0, 10));
            Caches.putAndFlush(cache, TestRows.range(10, 20));
            cache.putNote("n", "a note");
            directory = cache.directory();
        }
        age(directory, age);
        return directory;
    }

    static void age(Path generation, Duration age) throws IOException {
        Instant time = Instant.now().minus(age);
        Files.setLastModifiedTime(generation.resolve("used"), FileTime.from(time));
    }

    static List<Path> all(Path directory) throws IOException {
        try (Stream<Path> walk = Files.walk(directory)) {
            return walk.sorted().toList();
        }
    }

    GenerationInfo only() {
        assertThat(directory().generations()).hasSize(1);
        return directory().generations().get(0);
    }

    GenerationInfo info(Path generation) {
        return directory().generations().stream()
                .filter(info -> info.directory().equals(generation))
                .findFirst()
                .orElseThrow();
    }
}
