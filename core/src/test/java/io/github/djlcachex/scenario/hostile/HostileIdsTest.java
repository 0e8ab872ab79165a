package io.github.djlcachex.scenario.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.testing.Reliability;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Module ids and fingerprints that look like paths, devices or each other. */
@Tag("T21")
class HostileIdsTest {

    private static final List<String> IDS =
            List.of(
                    "..",
                    ".",
                    "../../x",
                    "a/../../b",
                    "a/b",
                    "a\\b",
                    "a-b",
                    "/etc/passwd",
                    "C:\\x",
                    "\\\\host\\share",
                    "CON",
                    "con",
                    "NUL.txt",
                    "a\0b",
                    "a\nb",
                    "a:b",
                    "~",
                    "$HOME",
                    "%2e%2e%2f",
                    "x".repeat(300),
                    "x".repeat(301),
                    "\u00e9",
                    "e\u0301",
                    "\u00c9",
                    "\u202Egnp.x",
                    "ı",
                    "I",
                    "i",
                    "model",
                    "Model",
                    "MODEL",
                    "model ",
                    "model.",
                    "\uD83D\uDE00");

    private static final Keys KEYS = TestRows.range(0, 3);

    @TempDir Path directory;

    @Test
    void idsOfAnyText_stayInsideAndApart() throws Exception {
        Path inside = directory.resolve("above/above/cache");
        Reliability.prove(
                "T21 module ids and fingerprints",
                2L * IDS.size(),
                line -> {
                    for (int i = 0; i < IDS.size(); i++) {
                        write(open(inside, IDS.get(i), ""), i);
                        write(open(inside, "one", IDS.get(i)), -1 - i);
                    }
                    Set<String> directories = new HashSet<>();
                    for (int i = 0; i < IDS.size(); i++) {
                        read(open(inside, IDS.get(i), ""), i, inside, directories, line);
                        read(open(inside, "one", IDS.get(i)), -1 - i, inside, directories, line);
                    }
                    assertThat(entries(directory)).containsExactly("above");
                    assertThat(entries(directory.resolve("above"))).containsExactly("above");
                    assertThat(entries(inside.resolve(".."))).containsExactly("cache");
                    assertThat(entries(inside))
                            .hasSize(IDS.size() + 1)
                            .allMatch(name -> name.matches("m-[-a-z0-9]{1,64}"));
                });
    }

    private static FeatureCache open(Path root, String moduleId, String fingerprint) {
        return FeatureCache.builder()
                .directory(root)
                .moduleId(moduleId)
                .fingerprint(fingerprint)
                .open();
    }

    private static void write(FeatureCache opened, int seed) {
        try (FeatureCache cache = opened) {
            cache.put(KEYS, new TestRows(Caches.ROWS.schema(), seed).batch(KEYS));
            assertThat(cache.flush().persistedRows()).isEqualTo(3);
        }
    }

    private static void read(
            FeatureCache opened, int seed, Path inside, Set<String> directories, Reliability line) {
        try (FeatureCache cache = opened) {
            Path own = cache.directory().normalize();
            assertThat(own.startsWith(inside)).isTrue();
            assertThat(directories.add(own.toString().toLowerCase(Locale.ROOT))).isTrue();
            RowBatch into = RowBatch.allocate(Caches.ROWS.schema(), 3);
            line.lost(cache.gather(KEYS, into).missing().length);
            TestRows rows = new TestRows(Caches.ROWS.schema(), seed);
            for (int i = 0; i < 3; i++) {
                line.wrong(rows.isRight(KEYS, i, into) ? 0 : 1);
            }
        }
        line.run();
    }

    private static List<String> entries(Path parent) throws IOException {
        try (Stream<Path> entries = Files.list(parent)) {
            return entries.map(path -> path.getFileName().toString()).toList();
        }
    }
}
