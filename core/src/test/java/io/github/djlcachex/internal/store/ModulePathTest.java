package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.testing.ChildJvm;
import io.github.djlcachex.testing.TestFiles;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;

/** A program on the module path, which requires the core and nothing else. */
class ModulePathTest {

    private static final String CORE = "io.github.djlcachex.core";

    private static final String ARROW_OPEN =
            "--add-opens=java.base/java.nio=org.apache.arrow.memory.core";

    /** What users have beside the core: no test tools, some of which are modules of no name. */
    private static final Pattern LIBRARIES =
            Pattern.compile(
                    "(arrow|caffeine|commons-codec|error_prone_annotations|flatbuffers|jackson|jspecify|netty"
                            + "|slf4j-api)-.*\\.jar");

    private static final String DESCRIPTOR = "module user { requires io.github.djlcachex.core; }";

    private static final String PROGRAM =
            """
            package user;

            import io.github.djlcachex.cache.FeatureCache;
            import io.github.djlcachex.cache.arrow.ArrowSegments;
            import io.github.djlcachex.row.*;
            import java.nio.file.Path;

            public class Main {
                public static void main(String[] args) {
                    RowSchema schema = RowSchema.of(Column.of("f", ElementType.FLOAT32, 4));
                    RowBatch batch = RowBatch.allocate(schema, 2);
                    batch.buffer(0).putFloat(20, 3);
                    try (FeatureCache cache =
                            FeatureCache.builder()
                                    .directory(Path.of(args[0]))
                                    .moduleId("m")
                                    .memoryTierBytes(1 << 20)
                                    .open()) {
                        cache.put(Keys.of(1, 2), batch);
                        System.out.print("flushed " + cache.flush().persistedRows() + "\\n");
                    }
                    try (FeatureCache cache =
                            FeatureCache.builder().directory(Path.of(args[0])).moduleId("m").open()) {
                        RowBatch into = RowBatch.allocate(schema, 1);
                        int hits = cache.gather(Keys.of(2), into).hits();
                        System.out.print("gathered " + hits + " " + into.buffer(0).getFloat(4) + "\\n");
                        try (ArrowSegments segments = ArrowSegments.open(cache)) {
                            System.out.print("arrow opened\\n");
                        } catch (CacheException e) {
                            System.out.print(
                                    "arrow " + e.getClass().getSimpleName() + " " + e.getMessage() + "\\n");
                        }
                    }
                }
            }
            """;

    @TempDir Path directory;
    @TempDir Path errors;
    @TempDir Path modules;

    @BeforeEach
    void compileModules() throws IOException {
        Path classes =
                Path.of(
                        FeatureCache.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .getPath());
        Path core = modules.resolve(CORE);
        for (Path file : TestFiles.below(classes, ".class")) {
            if (!file.endsWith("module-info.class")) {
                Path copy = core.resolve(classes.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
        javac(
                "--patch-module",
                CORE + "=" + core,
                "-d",
                core.toString(),
                "--module-path",
                libraries(),
                "src/main/module/module-info.java");
        Path sources = Files.createDirectories(modules.resolve("sources"));
        javac(
                "-d",
                modules.resolve("user").toString(),
                "--module-path",
                modulePath(),
                Files.writeString(sources.resolve("module-info.java"), DESCRIPTOR).toString(),
                Files.writeString(sources.resolve("Main.java"), PROGRAM).toString());
    }

    private static void javac(String... arguments) {
        StringWriter output = new StringWriter();
        PrintWriter writer = new PrintWriter(output);
        int exit = ToolProvider.findFirst("javac").orElseThrow().run(writer, writer, arguments);
        assertThat(exit).as(output.toString()).isZero();
    }

    private static String libraries() {
        List<String> found = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            if (LIBRARIES.matcher(Path.of(entry).getFileName().toString()).matches()) {
                found.add(entry);
            }
        }
        return String.join(File.pathSeparator, found);
    }

    private String modulePath() {
        return modules.resolve(CORE) + File.pathSeparator + libraries();
    }

    private ChildJvm start(String... flags) throws IOException {
        List<String> command = new ArrayList<>(List.of(ChildJvm.java(), "-Xmx256m"));
        command.addAll(List.of(flags));
        command.addAll(
                List.of(
                        "--module-path",
                        modules.resolve("user") + File.pathSeparator + modulePath(),
                        "-m",
                        "user/user.Main"));
        return ChildJvm.startCommand(errors, command, Map.of(), directory);
    }

    @Test
    void cache_ofAProgramThatRequiresTheCoreAlone_storesAndServesWithoutFlags() throws Exception {
        try (ChildJvm child = start()) {
            assertThat(child.awaitLine("flushed")).isEqualTo("flushed 2");
            assertThat(child.awaitLine("gathered")).isEqualTo("gathered 1 3.0");
            assertThat(child.awaitLine("arrow"))
                    .startsWith("arrow ArrowFlagsException")
                    .contains(ARROW_OPEN);
            assertThat(child.awaitEnd()).as(child.errors()).isZero();
        }
    }

    @Test
    void openArrow_withTheFlagAndNettyOfModules_blamesNoFlag() throws Exception {
        try (ChildJvm child = start(ARROW_OPEN)) {
            assertThat(child.awaitLine("arrow"))
                    .startsWith("arrow CacheException")
                    .contains("AbstractByteBuf", "no flag is missing", "arrow-memory-unsafe");
            assertThat(child.awaitEnd()).as(child.errors()).isZero();
        }
    }
}
