package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.scenario.programs.WriterPrograms.Checked;
import io.github.djlcachex.testing.Reliability;
import io.github.djlcachex.testing.Root;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;
import io.github.djlcachex.testing.Tmpfs;
import io.github.djlcachex.testing.WatchedJvm;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** Directories that may not be written, or not be read. */
@Tag("T11")
class RefusedAccessTest {

    private static final int ROWS = 60;

    @TempDir Path scratch;

    private static void write(Path directory) {
        try (FeatureCache cache = Caches.at(directory).open()) {
            Caches.putAndFlush(cache, TestRows.range(0, ROWS / 2));
            Caches.putAndFlush(cache, TestRows.range(ROWS / 2, ROWS));
        }
    }

    @Test
    void directory_onAReadOnlyFilesystem_isReadByWritersToo() throws Exception {
        Reliability.prove(
                "T11 read-only directory",
                3,
                line -> {
                    Root.demand(line);
                    try (Tmpfs disk = Tmpfs.mount(scratch, "size=4m")) {
                        Path directory = disk.directory().resolve("cache");
                        write(directory);
                        disk.remount("ro");
                        readsAlone(line, directory, true);
                        readsAlone(line, directory, false);
                        line.run();
                        disk.remount("rw");
                        boundReadOnly(line, directory);
                        readsWithoutAnyWrite(line, directory);
                    }
                });
    }

    private void boundReadOnly(Reliability line, Path directory) throws Exception {
        Path bound = Files.createDirectory(scratch.resolve("bound"));
        Root.run("mount", "--bind", directory.toString(), bound.toString());
        try {
            Root.run("mount", "-o", "remount,bind,ro", bound.toString());
            readsAlone(line, bound, true);
            readsAlone(line, bound, false);
            line.run();
        } finally {
            Root.run("umount", "--lazy", bound.toString());
        }
    }

    /** A leftover is what an opener that may write would remove. */
    private void readsWithoutAnyWrite(Reliability line, Path directory) throws Exception {
        Path segments = Caches.paths(directory).segments();
        String writer = TestFiles.below(directory, ".arrow").get(0).getFileName().toString();
        Path leftover =
                segments.resolve(
                        writer.replaceAll("_p[0-9]+_", "_p99999999_").replace(".arrow", ".tmp"));
        Files.writeString(leftover, "half a segment");
        List<String> before = state(directory);
        readsAlone(line, directory, true);
        assertThat(state(directory)).isEqualTo(before);
        Caches.at(directory).open().close();
        assertThat(leftover).doesNotExist();
        line.run();
    }

    private static List<String> state(Path directory) {
        return TestFiles.below(directory, "").stream()
                .map(
                        file ->
                                file
                                        + " "
                                        + file.toFile().lastModified()
                                        + " "
                                        + file.toFile().length())
                .toList();
    }

    private static void readsAlone(Reliability line, Path directory, boolean readOnly) {
        try (FeatureCache cache = Caches.at(directory).readOnly(readOnly).open()) {
            assertThat(cache.isWritable()).isFalse();
            Checked checked = Checked.of(cache, TestRows.range(0, ROWS));
            line.lost(checked.missing());
            line.wrong(checked.wrong());
            assertThat(Caches.put(cache, TestRows.range(ROWS, 2 * ROWS)).declined())
                    .isEqualTo(ROWS);
            assertThat(cache.flush().isComplete()).isTrue();
        }
    }

    @Test
    void directory_ofAnotherUser_isReadAsFarAsAllowed() throws Exception {
        Reliability.prove(
                "T11 access denied",
                5,
                line -> {
                    Root.demand(line);
                    Path directory = scratch.resolve("denied");
                    write(directory);
                    Path segments = Caches.paths(directory).segments();
                    Path segment = TestFiles.below(directory, ".arrow").get(0);

                    allow(segments, "r-xr-xr-x");
                    judge(line, directory, true, "right " + ROWS);
                    judge(line, directory, false, "right " + ROWS);

                    allow(segments, "rwxr-xr-x");
                    allow(segment, "---------");
                    judge(line, directory, true, "missing " + ROWS / 2);
                    judge(line, directory, false, "missing " + ROWS / 2);

                    allow(segments, "---------");
                    judge(line, directory, true, "refused CacheIoException");
                });
    }

    private static void allow(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    /** Opens it as a root that has no capability, for whom permissions count. */
    private void judge(Reliability line, Path directory, boolean readOnly, String expected)
            throws Exception {
        try (WatchedJvm child =
                WatchedJvm.in(scratch)
                        .under("setpriv", "--bounding-set=-all", "--inh-caps=-all")
                        .start(ReadPrograms.Opener.class, directory, readOnly, ROWS)) {
            child.awaitLine("ended");
            assertThat(child.lines(expected)).as("%s %s", expected, child.errors()).hasSize(1);
            line.wrong(child.lastNumber("wrong", 0));
            assertThat(child.awaitEnd(60)).isZero();
            line.run();
        }
    }
}
