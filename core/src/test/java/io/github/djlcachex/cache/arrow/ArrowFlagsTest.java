package io.github.djlcachex.cache.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.ArrowFlagsException;
import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.testing.ChildJvm;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

    @Test
    void open_withTheFlagAndWithoutArrowsNetty_blamesNoFlag() throws Exception {
        String classPath =
                Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                        .filter(entry -> !entry.contains("netty"))
                        .collect(Collectors.joining(File.pathSeparator));
        List<String> flags =
                List.of("--add-opens=java.base/java.nio=ALL-UNNAMED", "-cp", classPath);
        List<String> command = new ArrayList<>(List.of(ChildJvm.java(), "-Xmx256m"));
        command.addAll(flags);
        command.add(OpenSegments.class.getName());
        try (ChildJvm child = ChildJvm.startCommand(errors, command, Map.of(), directory)) {
            assertThat(child.awaitLine("failed"))
                    .contains("arrow-memory-netty", "no flag is missing");
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
            } catch (CacheException e) {
                System.out.println("failed " + e.getMessage());
            }
        }
    }
}
