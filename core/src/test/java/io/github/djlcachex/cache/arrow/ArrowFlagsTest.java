package io.github.djlcachex.cache.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.ArrowFlagsException;
import io.github.djlcachex.testing.ChildJvm;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/** Arrow's memory in a JVM that was started without the flags that it needs. */
class ArrowFlagsTest {

    @TempDir Path directory;
    @TempDir Path errors;

    @Test
    void open_withoutFlags_namesTheFlag() throws Exception {
        try (ChildJvm child = ChildJvm.start(errors, OpenSegments.class, directory)) {
            assertThat(child.awaitLine("refused"))
                    .contains("--add-opens=java.base/java.nio=ALL-UNNAMED");
            assertThat(child.awaitEnd()).isZero();
        }
    }

    /** Opens the segments of an empty cache, and prints what the refusal says. */
    static final class OpenSegments {
        private OpenSegments() {}

        public static void main(String[] args) {
            try (FeatureCache cache =
                    FeatureCache.builder().directory(Path.of(args[0])).moduleId("m").open()) {
                ArrowSegments.open(cache).close();
                System.out.println("opened");
            } catch (ArrowFlagsException e) {
                System.out.println("refused " + e.getMessage());
            }
        }
    }
}
