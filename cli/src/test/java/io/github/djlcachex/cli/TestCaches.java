package io.github.djlcachex.cli;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FeatureCacheBuilder;
import io.github.djlcachex.cache.MaintenanceMode;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.testing.TestFiles;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Cache directories for the tests of the command. */
final class TestCaches {

    private TestCaches() {}

    static FeatureCacheBuilder at(Path root, String moduleId, String fingerprint) {
        return FeatureCache.builder()
                .directory(root)
                .moduleId(moduleId)
                .fingerprint(fingerprint)
                .indexSnapshotRows(0)
                .maintenance(MaintenanceMode.MANUAL);
    }

    /** Fills a generation with files of rows of two floats, whose ids are {@code id-0} and on. */
    static Path fill(Path root, String moduleId, String fingerprint, int files, int rowsOfEach) {
        try (FeatureCache cache = at(root, moduleId, fingerprint).open()) {
            for (int file = 0; file < files; file++) {
                for (int i = file * rowsOfEach; i < (file + 1) * rowsOfEach; i++) {
                    cache.put("id-" + i, new float[] {i, -i});
                }
                cache.flush();
            }
            return cache.directory();
        }
    }

    /** Changes a byte of a row that {@link #fill} wrote. */
    static void spoilRow(Path generation, int i) throws IOException {
        ByteBuffer row = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        row.putFloat(i).putFloat(-i);
        for (Path file : TestFiles.below(generation, ".arrow")) {
            int offset = TestFiles.indexOf(Files.readAllBytes(file), row.array());
            if (offset > 0) {
                TestFiles.overwrite(file, offset, new byte[] {(byte) ~row.get(0)});
                return;
            }
        }
        throw new AssertionError("no row " + i + " in " + generation);
    }

    static void remove(Path root, String moduleId, String fingerprint, String... ids) {
        try (FeatureCache cache = at(root, moduleId, fingerprint).open()) {
            cache.remove(Keys.of(ids));
        }
    }

    /** Copies a directory that core keeps for its tests: its bytes never change. */
    static Path golden(String name, Path to) throws IOException, URISyntaxException {
        URL url = Objects.requireNonNull(TestFiles.class.getResource("/golden/" + name), name);
        if (url.getProtocol().equals("jar")) {
            try (FileSystem jar = FileSystems.newFileSystem(url.toURI(), Map.of())) {
                copy(jar.getPath("/golden/" + name), to);
            }
        } else {
            copy(Path.of(url.toURI()), to);
        }
        return to;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
    }

    /** Sets the time of all files below a directory to so long before the tests' now. */
    static void age(Path directory, Duration age) throws IOException {
        for (Path file : TestFiles.below(directory, "")) {
            Files.setLastModifiedTime(file, FileTime.from(CliRun.NOW.minus(age)));
        }
    }

    /** The arguments and more. */
    static Object[] with(Object[] args, Object... more) {
        return Stream.concat(Arrays.stream(args), Arrays.stream(more)).toArray();
    }

    /** Every name below a directory, with its bytes and its time. */
    static Map<String, String> tree(Path root) throws IOException {
        Map<String, String> found = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.toList()) {
                boolean regular = Files.isRegularFile(file);
                byte[] bytes = regular ? Files.readAllBytes(file) : new byte[0];
                found.put(
                        root.relativize(file).toString(),
                        Files.getLastModifiedTime(file) + " " + ByteBuffer.wrap(bytes).hashCode());
            }
        }
        return found;
    }
}
