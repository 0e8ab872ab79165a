package io.github.djlcachex.scenario.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.testing.ChildJvm;
import io.github.djlcachex.testing.TestModules;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A program that uses the core and nothing else, on the module path and on the class path. */
class ModulePathTest {

    private static final String CORE = "io.github.djlcachex.core";
    private static final String DESCRIPTOR = "module user { requires io.github.djlcachex.core; }";

    /** What users have beside the core. */
    private static final Pattern LIBRARIES =
            Pattern.compile(
                    "(arrow|caffeine|commons-codec|error_prone_annotations|flatbuffers|jackson|jspecify"
                            + "|slf4j-api)-.*\\.jar");

    private static final String PROGRAM =
            """
            package user;

            import io.github.djlcachex.cache.FeatureCache;
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
                        System.out.print("in " + FeatureCache.class.getModule() + "\\n");
                    }
                }
            }
            """;

    /** Needs a class of the engine that is public to Java. */
    private static final String INTRUDER =
            """
            package user;

            public class Intruder {
                Object engine = io.github.djlcachex.internal.segment.SegmentFile.class;
            }
            """;

    @TempDir Path directory;
    @TempDir Path errors;
    @TempDir Path modulesDirectory;

    private TestModules modules;

    @BeforeEach
    void compileCore() throws IOException {
        modules = new TestModules(modulesDirectory, LIBRARIES);
        modules.add(CORE, FeatureCache.class, Path.of("src/main/module/module-info.java"));
    }

    private void servesWithoutFlags(String module, String... command) throws Exception {
        try (ChildJvm child =
                ChildJvm.startCommand(errors, List.of(command), Map.of(), directory)) {
            assertThat(child.awaitLine("flushed")).isEqualTo("flushed 2");
            assertThat(child.awaitLine("gathered")).isEqualTo("gathered 1 3.0");
            assertThat(child.awaitLine("in")).startsWith("in " + module);
            assertThat(child.awaitEnd()).as(child.errors()).isZero();
        }
    }

    @Test
    void program_onTheModulePath_storesAndServesWithoutFlags() throws Exception {
        Path user =
                modules.compileProgram(
                        Map.of("module-info.java", DESCRIPTOR, "Main.java", PROGRAM));
        String path = user + File.pathSeparator + modules.modulePath();
        servesWithoutFlags(
                "module " + CORE,
                ChildJvm.java(),
                "-Xmx256m",
                "--module-path",
                path,
                "-m",
                "user/user.Main");
    }

    @Test
    void program_onTheClassPath_storesAndServesWithoutFlags() throws Exception {
        Path user = modules.compileProgram(Map.of("Main.java", PROGRAM));
        String path = user + File.pathSeparator + modules.modulePath();
        servesWithoutFlags("unnamed module", ChildJvm.java(), "-Xmx256m", "-cp", path, "user.Main");
    }

    @Test
    void program_ofAModuleThatUsesTheEngine_doesNotCompile() {
        assertThatThrownBy(
                        () ->
                                modules.compileProgram(
                                        Map.of(
                                                "module-info.java",
                                                DESCRIPTOR,
                                                "Intruder.java",
                                                INTRUDER)))
                .hasMessageContaining("io.github.djlcachex.internal.segment");
    }

    @Test
    void descriptor_exportsThePromisedPackagesAlone() {
        ModuleDescriptor core =
                ModuleFinder.of(modulesDirectory.resolve(CORE))
                        .find(CORE)
                        .orElseThrow()
                        .descriptor();
        assertThat(core.exports())
                .filteredOn(exported -> !exported.isQualified())
                .extracting(ModuleDescriptor.Exports::source)
                .containsExactlyInAnyOrder("io.github.djlcachex.cache", "io.github.djlcachex.row");
        assertThat(core.exports())
                .filteredOn(ModuleDescriptor.Exports::isQualified)
                .extracting(Object::toString)
                .containsExactly(
                        "io.github.djlcachex.internal.segment to [io.github.djlcachex.arrow]");
    }
}
