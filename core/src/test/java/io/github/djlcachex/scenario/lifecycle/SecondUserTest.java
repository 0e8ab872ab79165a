package io.github.djlcachex.scenario.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.Seams;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.internal.store.StorePaths;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.FaultyStorage.Op;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;
import io.github.djlcachex.testing.WatchedJvm;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** Who opens a cache of another user: it is read as far as the system allows. */
class SecondUserTest {

    private static final int ROWS = 20;

    @TempDir Path scratch;

    private Path directory;
    private final FaultyStorage storage = new FaultyStorage();

    @BeforeEach
    void write() {
        directory = scratch.resolve("cache");
        try (FeatureCache cache = Caches.at(directory).open()) {
            Caches.putAndFlush(cache, TestRows.range(0, ROWS / 2));
            Caches.putAndFlush(cache, TestRows.range(ROWS / 2, ROWS));
        }
    }

    private void refuse(Op... refused) {
        List<Op> all = List.of(refused);
        storage.rule(
                (op, file) -> {
                    if (all.contains(op)) {
                        throw new AccessDeniedException(file.toString());
                    }
                });
    }

    @Test
    void open_whereNothingMayBeWritten_readsAndKeepsNewRowsInMemory() {
        refuse(Op.CREATE_DIRECTORY, Op.CREATE);
        try (FeatureCache cache = Caches.at(directory, storage).open()) {
            assertThat(cache.isWritable()).isFalse();
            Caches.assertAllRight(cache, TestRows.range(0, ROWS));
            assertThat(Caches.put(cache, TestRows.range(ROWS, 2 * ROWS)))
                    .isEqualTo(Seams.put(0, 0, ROWS));
            Caches.assertAllRight(cache, TestRows.range(0, 2 * ROWS));
            cache.putNote("note", "text");
            assertThat(cache.note("note")).isEmpty();
            assertThat(cache.flush().isComplete()).isTrue();
            assertThatThrownBy(cache::clear)
                    .isInstanceOf(CacheIoException.class)
                    .hasMessageContaining("optReadOnly(true)")
                    .hasMessageContaining("readOnly(true)");
        }
        assertThat(storage.filesOf(Op.CREATE)).isEmpty();
    }

    @Test
    void open_readOnly_asksForNoPermissionToWrite() {
        refuse(Op.CREATE_DIRECTORY, Op.CREATE, Op.FORCE_DIRECTORY, Op.DELETE, Op.RENAME);
        try (FeatureCache cache = Caches.at(directory, storage).readOnly(true).open()) {
            Caches.assertAllRight(cache, TestRows.range(0, ROWS));
        }
        assertThat(storage.filesOf(Op.CREATE_DIRECTORY)).isEmpty();
    }

    @Test
    void open_ofADirectoryThatCannotBeMade_isAnError() {
        refuse(Op.CREATE_DIRECTORY);
        assertThatThrownBy(() -> Caches.at(scratch.resolve("none"), storage).open())
                .isInstanceOf(CacheIoException.class)
                .hasMessageContaining("a directory to write to");
    }

    @Test
    void open_contractThatMayNotBeRead_isTakenFromASegment() {
        storage.rule(
                (op, file) -> {
                    if (op == Op.OPEN && file.endsWith("contract.json")) {
                        throw new AccessDeniedException(file.toString());
                    }
                });
        try (FeatureCache cache = Caches.at(directory, storage).open()) {
            Caches.assertAllRight(cache, TestRows.range(0, ROWS));
            Caches.putAndFlush(cache, TestRows.range(ROWS, 2 * ROWS));
        }
        try (FeatureCache cache = Caches.at(directory).open()) {
            Caches.assertAllRight(cache, TestRows.range(0, 2 * ROWS));
        }
    }

    @Test
    void open_contractThatMayNotBeReadAndNoSegment_missesAll() throws IOException {
        for (Path segment : TestFiles.below(directory, ".arrow")) {
            Files.delete(segment);
        }
        storage.rule(
                (op, file) -> {
                    if (op == Op.OPEN && file.endsWith("contract.json")) {
                        throw new AccessDeniedException(file.toString());
                    }
                });
        try (FeatureCache cache = Caches.at(directory, storage).open()) {
            assertThat(Caches.rightHits(cache, TestRows.range(0, ROWS))).isZero();
            assertThat(Caches.put(cache, TestRows.range(0, ROWS)).declined()).isEqualTo(ROWS);
            Caches.assertAllRight(cache, TestRows.range(0, ROWS));
        }
    }

    private static void allow(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    /** What another process sees, in which permissions count: of root they take capabilities. */
    private List<String> seen(int rows) throws Exception {
        boolean root = "root".equals(System.getProperty("user.name"));
        String[] prefix = {"setpriv", "--bounding-set=-all", "--inh-caps=-all"};
        try (WatchedJvm child =
                WatchedJvm.in(scratch)
                        .under(root ? prefix : new String[0])
                        .start(Opener.class, directory, rows)) {
            child.awaitLine("ended");
            assertThat(child.awaitEnd(60)).isZero();
            List<String> lines = new ArrayList<>(child.lines("hits"));
            child.errors().lines().filter(line -> line.contains("WARN")).forEach(lines::add);
            return lines;
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void permissions_ofTheSystem_costWhatTheyDeny() throws Exception {
        if (!Files.isExecutable(Path.of("/usr/bin/setpriv"))) {
            System.err.println("NOT TESTED here: permissions; there is no setpriv");
            return;
        }
        StorePaths paths = Caches.paths(directory);
        Path segment = TestFiles.below(directory, ".arrow").get(0);
        Path contract = TestFiles.only(directory, "contract.json");

        allow(segment, "---------");
        assertThat(seen(ROWS)).hasSize(2).startsWith("hits 10 writable true");
        allow(segment, "rw-r--r--");

        allow(contract, "---------");
        List<String> lines = seen(ROWS);
        assertThat(lines).startsWith("hits 20 writable true");
        assertThat(lines.toString()).contains("taken from a segment").hasSizeLessThan(1000);
        allow(contract, "rw-r--r--");

        allow(paths.segments(), "r-xr-xr-x");
        lines = seen(2 * ROWS);
        assertThat(lines).hasSize(2).startsWith("hits 20 writable false");
        assertThat(lines.get(1)).contains("not stored", "may not write", "optReadOnly(true)");
        allow(paths.segments(), "rwxr-xr-x");

        allow(directory, "r-xr-xr-x");
        assertThat(seen(ROWS)).containsExactly("hits 20 writable true");
        allow(directory, "rwxr-xr-x");
    }

    /** Reads rows, puts those that are missing, and says what it saw. */
    static final class Opener {
        private Opener() {}

        public static void main(String[] args) {
            System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
            int rows = Integer.parseInt(args[1]);
            try (FeatureCache cache = Caches.at(Path.of(args[0])).open()) {
                int hits = Caches.rightHits(cache, TestRows.range(0, rows));
                System.out.println("hits " + hits + " writable " + cache.isWritable());
                if (!cache.isWritable()) {
                    Caches.put(cache, TestRows.range(rows, rows + 5));
                    Caches.put(cache, TestRows.range(rows, rows + 5));
                }
            }
            System.out.println("ended");
        }
    }
}
