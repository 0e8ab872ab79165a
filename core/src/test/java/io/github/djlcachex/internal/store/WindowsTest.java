package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.cache.RepairReport;
import io.github.djlcachex.cache.Seams;
import io.github.djlcachex.internal.io.ProcessIdentity;
import io.github.djlcachex.internal.segment.SegmentName;
import io.github.djlcachex.internal.segment.WriterId;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;
import io.github.djlcachex.testing.WindowsStorage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** A cache on a storage with the manners of Windows: no run on Windows itself has seen it. */
class WindowsTest {

    private static final int ROWS = 200;

    /** Without the NUL at its end, which counts. */
    private static final int MAX_PATH = 259;

    private static final Path DIRECTORY = Path.of("/Users/Someone/cache");

    private final WindowsStorage windows = new WindowsStorage();

    @TempDir Path temporary;

    private Store open(ReadMode mode) throws IOException {
        return open(mode, ROWS);
    }

    private Store open(ReadMode mode, long indexSnapshotRows) throws IOException {
        Map<StoreOption, Object> options =
                Map.of(
                        StoreOption.READ_MODE,
                        mode,
                        StoreOption.INDEX_SNAPSHOT_ROWS,
                        indexSnapshotRows,
                        StoreOption.SEGMENT_ROWS,
                        50L,
                        StoreOption.REFRESH_INTERVAL_MS,
                        0L,
                        StoreOption.MEMORY_TIER_BYTES,
                        0L);
        Store store = Caches.separate(DIRECTORY, options, windows);
        store.becomeWritable();
        return store;
    }

    private static void write(Store store, long from, long to) {
        assertThat(Caches.put(store, TestRows.range(from, to)).declined()).isZero();
        assertThat(store.flush(FlushQueue.FOREVER_MS)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(ReadMode.class)
    void clear_ofFilesInUse_leavesNoRowAndTakesNewOnes(ReadMode mode) throws IOException {
        Store store = open(mode);
        write(store, 0, ROWS);
        Caches.close(store);
        assertThat(windows.filesThatEnd("/checkpoint")).hasSize(1);
        store = open(mode);
        Caches.assertAllRight(store, TestRows.range(0, ROWS));
        store.upkeep().clear();
        assertThat(windows.refusals()).isPositive();
        assertThat(Caches.rightHits(store, TestRows.range(0, ROWS))).isZero();
        write(store, 100, 300);
        Caches.close(store);

        store = open(mode);
        assertThat(Caches.rightHits(store, TestRows.range(0, 100))).isZero();
        Caches.assertAllRight(store, TestRows.range(100, 300));
        Caches.close(store);
        windows.unmap();
        open(mode).close();
        assertThat(windows.filesThatEnd(".deleted")).isEmpty();
    }

    @Test
    void open_besideAProcessThatStillMapsDiscardedFiles_leavesThem() throws IOException {
        Store store = open(ReadMode.MAPPED, 0);
        write(store, 0, ROWS);
        store.upkeep().clear();
        List<Path> discarded = windows.filesThatEnd(".deleted");
        assertThat(discarded).hasSize(ROWS / 50);
        open(ReadMode.MAPPED, 0).close();
        assertThat(windows.filesThatEnd(".deleted")).isEqualTo(discarded);
        Caches.close(store);
    }

    @ParameterizedTest
    @EnumSource(ReadMode.class)
    void repair_ofAFileInUse_movesItAndKeepsItsIntactRows(ReadMode mode) throws IOException {
        Store store = open(mode);
        write(store, 0, 50);
        byte[] row = new byte[64];
        Caches.ROWS.batch(Keys.of(7)).buffer(0).get(0, row);
        byte[] segment = windows.bytes(windows.filesThatEnd(".arrow").get(0));
        segment[TestFiles.indexOf(segment, row) + 3]++;
        RepairReport report = Seams.report(store.upkeep().repair((bytes, of) -> {}));
        assertThat(report.movedTo()).hasSize(1);
        assertThat(report.savedRows()).isEqualTo(49);
        assertThat(Caches.rightHits(store, TestRows.range(0, 50))).isEqualTo(49);
        Caches.close(store);
        store = open(mode);
        assertThat(Seams.report(store.upkeep().verify()).isIntact()).isTrue();
        assertThat(Caches.rightHits(store, TestRows.range(0, 50))).isEqualTo(49);
        Caches.close(store);
    }

    @Test
    void snapshot_thatIsMapped_isReplaced() throws IOException {
        for (int i = 0; i < 3; i++) {
            Store store = open(ReadMode.MAPPED);
            Caches.assertAllRight(store, TestRows.range(0, (long) i * ROWS));
            write(store, (long) i * ROWS, (i + 1L) * ROWS);
            Caches.close(store);
            assertThat(windows.filesThatEnd("/checkpoint")).hasSize(1);
        }
        assertThat(windows.refusals()).isPositive();
        assertThat(windows.filesThatEnd(".tmp")).isEmpty();
        Store store = open(ReadMode.MAPPED);
        Caches.assertAllRight(store, TestRows.range(0, 3L * ROWS));
        Caches.close(store);
    }

    @Test
    void notes_areReplaced() throws IOException {
        Store store = open(ReadMode.AUTOMATIC);
        write(store, 0, 10);
        store.notes().write("name", "one");
        store.notes().write("name", "two");
        store.notes().write("NAME", "three");
        assertThat(store.notes().read("name")).contains("two");
        assertThat(store.notes().read("NAME")).contains("three");
        Caches.close(store);
    }

    @Test
    void moduleIds_thatDifferInCaseOrUnicodeForm_shareNothing() {
        Set<String> names = new HashSet<>();
        List<String> ids =
                List.of("Model", "model", "MODEL", "mod\u00e9l", "mode\u0301l", "MOD\u00c9L");
        for (String id : ids) {
            StorePaths paths = StorePaths.of(DIRECTORY, id, id);
            names.add(paths.module().toString().toLowerCase(Locale.ROOT));
            names.add(paths.generation().getFileName().toString().toLowerCase(Locale.ROOT));
        }
        assertThat(names).hasSize(2 * ids.size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CON",
                "nul",
                "aux.txt",
                "COM1",
                "lpt9 ",
                "prn:",
                "a.",
                "a ",
                " ",
                "..",
                "\\\\x\\y",
                "C:\\x",
                "a*b?",
                "\u00fc",
                "<|>",
                "\u0001",
                "LPT\u00b9"
            })
    void moduleId_thatWindowsHasNoNameFor_isCached(String id) throws IOException {
        if (id.isBlank()) {
            id = id + "x";
        }
        StorePaths paths = StorePaths.of(DIRECTORY, id, id);
        WritableDirectories.prepare(paths, windows);
        StoreOptions options = new StoreOptions(Map.of());
        Store store = Store.open(paths, id, id, options, windows);
        write(store, 0, 10);
        store.notes().write(id, id);
        Caches.close(store);
        store = Store.open(paths, id, id, options, windows);
        Caches.assertAllRight(store, TestRows.range(0, 10));
        Caches.close(store);
    }

    @Test
    void paths_belowTheUsersDirectory_areBounded() {
        StorePaths paths = StorePaths.of(DIRECTORY, "x".repeat(4096), "y".repeat(4096));
        ProcessIdentity largest =
                new ProcessIdentity(-1, -1, (long) 1e18 - 1, (long) 1e18 - 1, (long) 1e18 - 1);
        assertThat(length(paths, new WriterId(largest, -1), (long) 1e18 - 1)).isEqualTo(220);

        // what Windows has: no namespace, ids of 32 bits, times in milliseconds
        ProcessIdentity usual = new ProcessIdentity(-1, 0, 0, 4294967295L, 9999999999999L);
        int below = length(paths, new WriterId(usual, -1), 99999999);
        assertThat(below).isEqualTo(180);
        assertThat(MAX_PATH - below).as("left for the user's directory").isEqualTo(79);
    }

    private static int length(StorePaths paths, WriterId writer, long sequence) {
        String name = new SegmentName(writer, sequence).committedFile() + ".01234567.deleted";
        return paths.segments().resolve(name).toString().length() - DIRECTORY.toString().length();
    }

    @Test
    void directory_ofManyLevels_isNoLimitOfOurs() throws IOException {
        Path deep = temporary;
        while (deep.toString().length() < 2 * MAX_PATH) {
            deep = deep.resolve("a folder with a long name");
        }
        try (FeatureCache cache = Caches.at(deep).open()) {
            Caches.putAndFlush(cache, TestRows.range(0, 10));
        }
        try (FeatureCache cache = Caches.at(deep).open()) {
            Caches.assertAllRight(cache, TestRows.range(0, 10));
        }
    }
}
