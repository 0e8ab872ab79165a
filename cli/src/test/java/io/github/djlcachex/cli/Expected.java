package io.github.djlcachex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Outputs that are kept in {@code src/test/resources/expected}. */
final class Expected {

    private final Path root;
    private final Map<String, String> actual = new LinkedHashMap<>();

    /** The directory's name is not part of what is kept. */
    Expected(Path root) {
        this.root = root;
    }

    Expected output(String name, CliRun run) {
        actual.put(name, run.out().replace(root.toString(), "ROOT"));
        return this;
    }

    /** Writes the outputs to {@code target/expected}, and holds them against the kept ones. */
    void assertKept() throws IOException {
        Path target = Files.createDirectories(Path.of("target", "expected"));
        Map<String, String> kept = new LinkedHashMap<>();
        for (Map.Entry<String, String> output : actual.entrySet()) {
            Files.writeString(target.resolve(output.getKey()), output.getValue());
            kept.put(output.getKey(), read(output.getKey()));
        }
        assertThat(actual)
                .as("if the change is meant, copy %s to src/test/resources/expected", target)
                .isEqualTo(kept);
    }

    private static String read(String name) throws IOException {
        try (InputStream kept = Expected.class.getResourceAsStream("/expected/" + name)) {
            return kept == null
                    ? ""
                    : new String(kept.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        }
    }
}
