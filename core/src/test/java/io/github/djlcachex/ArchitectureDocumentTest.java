package io.github.djlcachex;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
        try (Stream<Path> core = Files.walk(Path.of("src/test"));
                Stream<Path> djl = Files.walk(Path.of("../djl-integration/src/test"))) {
            List<String> files =
                    Stream.concat(core, djl).map(file -> file.getFileName().toString()).toList();
            assertThat(files).containsAll(named);
        }
    }
}
