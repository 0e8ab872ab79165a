package io.github.djlcachex.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.testing.PublicApi;

import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The promise of this module, as a text: a change of it is a change of {@code public-api.txt}. */
class PublicApiTest {

    private static final Path PROMISED = Path.of("src/test/resources/public-api.txt");

    @Test
    void publicMembers_areThePromisedOnes() throws Exception {
        List<String> found = PublicApi.of(Path.of("target/classes"), "io.github.djlcachex.spark");
        Path actual = Path.of("target/public-api.txt");
        Files.write(actual, found);
        assertThat(found)
                .as("public members; if the change is meant, copy %s to %s", actual, PROMISED)
                .isEqualTo(Files.readAllLines(PROMISED));
    }
}
