package io.github.djlcachex.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.testing.ChildJvm;
import io.github.djlcachex.testing.TestModules;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A program that reads segments through Arrow, as a module and on the class path. */
class ModulePathTest {

    private static final String CORE = "io.github.djlcachex.core";
    private static final String ARROW = "io.github.djlcachex.arrow";
    private static final String DESCRIPTOR = "module user { requires io.github.djlcachex.arrow; }";
    private static final String OPEN_TO_ARROW =
            "--add-opens=java.base/java.nio=org.apache.arrow.memory.core";
    private static final String OPEN_TO_ALL = "--add-opens=java.base/java.nio=ALL-UNNAMED";

    /** What users have beside the modules. */
    private static final Pattern LIBRARIES =
            Pattern.compile(
                    "(arrow-(format|vector|memory-core)|caffeine|commons-codec|error_prone_annotations"
                            + "|flatbuffers|jackson|jspecify|slf4j-api)-.*\\.jar");

    private static final Pattern LIBRARIES_AND_NETTY =
            Pattern.compile(LIBRARIES + "|(arrow-memory-netty|netty)-.*\\.jar");

    private static final String PROGRAM =
            """
            package user;

            import io.github.djlcachex.arrow.ArrowSegments;
            import io.github.djlcachex.cache.FeatureCache;
            import io.github.djlcachex.row.*;
            import java.nio.file.Path;

            public class Main {
                public static void main(String[] args) {
                    RowSchema schema = RowSchema.of(Column.of("f", ElementType.FLOAT32, 4));
                    try (FeatureCache cache =
                            FeatureCache.builder().directory(Path.of(args[0])).moduleId("m").open()) {
                        cache.put(Keys.of(1, 2), RowBatch.allocate(schema, 2));
                        cache.flush();
                        try (ArrowSegments segments = ArrowSegments.open(cache)) {
                            segments.next();
                            System.out.print("arrow " + segments.root().getVector("f").getField()
                                    + " in " + ArrowSegments.class.getModule() + "\\n");
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
    @TempDir Path modulesDirectory;

    private TestModules modules;

    @BeforeEach
    void compileModules() throws IOException {
        modules = modulesIn(modulesDirectory, LIBRARIES);
    }

    private static TestModules modulesIn(Path empty, Pattern libraries) throws IOException {
        TestModules made = new TestModules(empty, libraries);
        made.add(CORE, FeatureCache.class, Path.of("../core/src/main/module/module-info.java"));
        made.add(ARROW, ArrowSegments.class, Path.of("src/main/module/module-info.java"));
        return made;
    }

    private static String unsafeMemory() {
        return ArrowFlagsTest.other("arrow-memory-unsafe");
    }

    private String run(List<String> flags, String... program) throws Exception {
        List<String> command = new ArrayList<>(List.of(ChildJvm.java(), "-Xmx256m"));
        command.addAll(flags);
        command.addAll(List.of(program));
        try (ChildJvm child = ChildJvm.startCommand(errors, command, Map.of(), directory)) {
            String line = child.awaitLine("arrow");
            assertThat(child.awaitEnd()).as(child.errors()).isZero();
            return line;
        }
    }

    private String runModule(List<String> flags, String... more) throws Exception {
        Path user =
                modules.compileProgram(
                        Map.of("module-info.java", DESCRIPTOR, "Main.java", PROGRAM));
        List<String> path = new ArrayList<>(List.of(user.toString(), modules.modulePath()));
        path.addAll(List.of(more));
        return run(
                flags,
                "--module-path",
                String.join(File.pathSeparator, path),
                "-m",
                "user/user.Main");
    }

    @Test
    void program_onTheModulePathWithUnsafeMemory_reads() throws Exception {
        List<String> flags = List.of(OPEN_TO_ARROW, "--add-modules=org.apache.arrow.memory.unsafe");
        assertThat(runModule(flags, unsafeMemory()))
                .startsWith("arrow f: Extension")
                .contains("in module " + ARROW);
    }

    @Test
    void program_onTheModulePathWithoutFlags_namesTheFlagOfThatModule() throws Exception {
        assertThat(
                        runModule(
                                List.of("--add-modules=org.apache.arrow.memory.unsafe"),
                                unsafeMemory()))
                .startsWith("arrow ArrowFlagsException")
                .contains(OPEN_TO_ARROW);
    }

    @Test
    void program_onTheClassPathWithUnsafeMemory_reads() throws Exception {
        Path user = modules.compileProgram(Map.of("Main.java", PROGRAM));
        String path =
                String.join(
                        File.pathSeparator, user.toString(), modules.modulePath(), unsafeMemory());
        assertThat(run(List.of(OPEN_TO_ALL), "-cp", path, "user.Main"))
                .startsWith("arrow f: Extension")
                .contains("in unnamed module");
    }

    @Test
    void descriptor_exportsItsPackageToAll() {
        assertThat(
                        ModuleFinder.of(modulesDirectory.resolve(ARROW))
                                .find(ARROW)
                                .orElseThrow()
                                .descriptor()
                                .exports())
                .extracting(Object::toString)
                .containsExactly("io.github.djlcachex.arrow");
    }

    /** The libraries of arrow-memory-netty, some of which share a package. */
    @Test
    void program_onTheModulePathWithNetty_namesUnsafeMemory(@TempDir Path others) throws Exception {
        modules = modulesIn(others, LIBRARIES_AND_NETTY);
        assertThat(runModule(List.of(OPEN_TO_ARROW)))
                .startsWith("arrow ArrowMemoryException")
                .contains("no flag is missing", "arrow-memory-unsafe");
    }
}
