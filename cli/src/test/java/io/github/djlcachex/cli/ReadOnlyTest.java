package io.github.djlcachex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.testing.ChildJvm;
import io.github.djlcachex.testing.Namespaces;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Commands on directories that may only be read. */
class ReadOnlyTest {

    private static final String MOUNT =
            "mount --bind ROOT ROOT; mount -o remount,ro,bind ROOT; exec \"$@\"";

    @TempDir Path temp;

    private Path root;

    @BeforeEach
    void fill() throws IOException {
        root = temp.resolve("cache");
        TestCaches.fill(root, "bert", "v1", 3, 10);
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void readers_writeNothing() throws IOException {
        Map<String, String> before = TestCaches.tree(root);
        for (String command : ReadersProgram.READERS) {
            ReadersProgram.run(command, root).ok();
            assertThat(TestCaches.tree(root)).as(command).isEqualTo(before);
        }
    }

    @Test
    void readOnlyMount_isReadAsAnyOther() throws Exception {
        String script = MOUNT.replace("ROOT", "'" + root + "'");
        Namespaces.demand("a read-only mount", script);
        assertReadable(script);
    }

    @Test
    void readOnlyDirectory_isReadAsAnyOther() throws Exception {
        Namespaces.demand("a user who may not write", Namespaces.NAMELESS_USER);
        assertReadable(Namespaces.NAMELESS_USER);
    }

    private void assertReadable(String script) throws Exception {
        Map<String, String> before = TestCaches.tree(root);
        try (ChildJvm child =
                Namespaces.start(temp, List.of("--mount"), script, ReadersProgram.class, root)) {
            for (String command : ReadersProgram.READERS) {
                String prefix = command + " -> ";
                assertThat(child.awaitLine(prefix)).startsWith(prefix + "0 ");
            }
            for (String command : ReadersProgram.WRITERS) {
                String prefix = command + " -> ";
                assertThat(child.awaitLine(prefix))
                        .matches(prefix + "[13] .*")
                        .doesNotContain("\\tat ", "unexpected");
            }
            assertThat(child.awaitEnd()).isZero();
        }
        assertThat(TestCaches.tree(root)).isEqualTo(before);
        try (Stream<Path> files = Files.list(root)) {
            assertThat(files).hasSize(1);
        }
    }
}
