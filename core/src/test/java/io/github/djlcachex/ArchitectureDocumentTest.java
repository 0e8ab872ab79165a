package io.github.djlcachex;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What ARCHITECTURE.md says of the tests. */
class ArchitectureDocumentTest {

    @Test
    void architectureDocument_everyTestThatItNames_exists() throws IOException {
        List<String> named =
                Pattern.compile("`(\\w+(Test|Properties))`")
                        .matcher(Files.readString(Path.of("../ARCHITECTURE.md")))
                        .results()
                        .map(match -> match.group(1) + ".java")
                        .toList();
        assertThat(named).isNotEmpty();
        List<String> files = new ArrayList<>();
        for (String module : List.of(".", "../arrow", "../djl-integration")) {
            try (Stream<Path> tests = Files.walk(Path.of(module, "src", "test"))) {
                tests.map(file -> file.getFileName().toString()).forEach(files::add);
            }
        }
        assertThat(files).containsAll(named);
    }
}
