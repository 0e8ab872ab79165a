package io.github.djlcachex.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.testing.ChildJvm;
import io.github.djlcachex.testing.TestFiles;

import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Arrow's memory in JVMs with and without the flags and the libraries that it needs. */
class ArrowFlagsTest {

    private static final String OPEN = "--add-opens=java.base/java.nio=ALL-UNNAMED";
    private static final String ALLOW = "--sun-misc-unsafe-memory-access=allow";

    /** The jars that the build copies beside the class path of the tests. */
    private static final Path OTHER_MEMORY =
            Path.of(System.getProperty("other.memory.directory", "target/other-memory"));

    @TempDir Path directory;
    @TempDir Path errors;

    private String read(List<String> flags, String classPath) throws Exception {
        List<String> command = new ArrayList<>(List.of(ChildJvm.java(), "-Xmx256m"));
        command.addAll(flags);
        command.addAll(List.of("-cp", classPath, ReadSegments.class.getName()));
        try (ChildJvm child = ChildJvm.startCommand(errors, command, Map.of(), directory)) {
            String first = child.awaitLine("first");
            String result = child.awaitLine("arrow");
            assertThat(result).as("said again").endsWith(first.substring("first ".length()));
            assertThat(child.awaitEnd()).as(child.errors()).isZero();
            return result;
        }
    }

    private static String testsClassPath() {
        return System.getProperty("java.class.path");
    }

    private static String withoutNetty(String... jarPrefixes) {
        Stream<String> others = Stream.of(jarPrefixes).map(ArrowFlagsTest::other);
        Stream<String> kept =
                Stream.of(testsClassPath().split(File.pathSeparator, -1))
                        .filter(entry -> !entry.contains("netty"));
        return Stream.concat(kept, others).collect(Collectors.joining(File.pathSeparator));
    }

    /** A jar that the build put aside. */
    static String other(String prefix) {
        List<Path> jars =
                TestFiles.below(OTHER_MEMORY, ".jar").stream()
                        .filter(jar -> jar.getFileName().toString().startsWith(prefix))
                        .toList();
        assertThat(jars).as(prefix + " in " + OTHER_MEMORY).hasSize(1);
        return jars.get(0).toString();
    }

    /**
     * The class path of a program that brings another version of Netty than Arrow was built for.
     */
    private static String withOtherNetty() {
        return Stream.of(testsClassPath().split(File.pathSeparator, -1))
                        .filter(entry -> !entry.matches(".*[/\\\\]netty-(buffer|common)-[^/\\\\]*"))
                        .collect(Collectors.joining(File.pathSeparator))
                + File.pathSeparator
                + other("netty-buffer")
                + File.pathSeparator
                + other("netty-common");
    }

    @Test
    void open_withoutFlags_namesTheFlag() throws Exception {
        assertThat(read(List.of(), testsClassPath()))
                .startsWith("arrow ArrowFlagsException")
                .contains(OPEN);
    }

    @Test
    void open_withTheFlagAndNoAllocator_namesTheLibraries() throws Exception {
        assertThat(read(List.of(OPEN), withoutNetty()))
                .startsWith("arrow ArrowMemoryException")
                .contains("arrow-memory-netty", "arrow-memory-unsafe", "no flag is missing");
    }

    @Test
    void open_withUnsafeMemoryInPlaceOfNetty_readsWithAddOpensAlone() throws Exception {
        assertThat(read(List.of(OPEN), withoutNetty("arrow-memory-unsafe")))
                .isEqualTo("arrow read 2 rows");
    }

    @Test
    void open_withAnotherNettyAndAllFlags_reads() throws Exception {
        assertThat(read(allFlags(), withOtherNetty())).isEqualTo("arrow read 2 rows");
    }

    /** That Netty makes buffers of another class where it has no Unsafe. */
    @Test
    @EnabledForJreRange(minVersion = 24)
    void open_withAnotherNettyAndTheFirstFlagAlone_namesTheSecondAndTheWayOut() throws Exception {
        for (String classPath : List.of(testsClassPath(), withOtherNetty())) {
            assertThat(read(List.of(OPEN), classPath))
                    .startsWith("arrow ArrowFlagsException")
                    .contains(ALLOW, "arrow-memory-unsafe");
        }
    }

    private static List<String> allFlags() {
        return Runtime.version().feature() < 24 ? List.of(OPEN) : List.of(OPEN, ALLOW);
    }

    @Test
    void open_allocatorMakesBuffersOfAnotherClass_throwsTypedException() {
        ClassCastException raw = new ClassCastException("PooledDirectByteBuf");
        BufferAllocator unfit =
                (BufferAllocator)
                        Proxy.newProxyInstance(
                                getClass().getClassLoader(),
                                new Class<?>[] {BufferAllocator.class},
                                (proxy, method, arguments) -> {
                                    throw raw;
                                });
        try (FeatureCache cache =
                FeatureCache.builder().directory(directory).moduleId("m").open()) {
            assertThatThrownBy(() -> ArrowSegments.open(cache, unfit))
                    .isInstanceOf(ArrowMemoryException.class)
                    .hasCause(raw)
                    .hasMessageContaining("exclude org.apache.arrow:arrow-memory-netty")
                    .hasMessageContaining("arrow-memory-unsafe");
        }
    }

    /** Stores two rows, and twice reads them as Arrow's vectors or prints what the refusal says. */
    static final class ReadSegments {
        private ReadSegments() {}

        public static void main(String[] args) throws IOException {
            RowSchema schema = RowSchema.of(Column.of("f", ElementType.FLOAT32, 4));
            try (FeatureCache cache =
                    FeatureCache.builder().directory(Path.of(args[0])).moduleId("m").open()) {
                cache.put(Keys.of(1, 2), RowBatch.allocate(schema, 2));
                cache.flush();
                System.out.println("first " + outcome(cache));
                System.out.println("arrow " + outcome(cache));
            }
        }

        private static String outcome(FeatureCache cache) {
            try (ArrowSegments segments = ArrowSegments.open(cache)) {
                segments.next();
                return "read " + segments.root().getRowCount() + " rows";
            } catch (CacheException e) {
                return e.getClass().getSimpleName() + " " + e.getMessage();
            }
        }
    }
}
