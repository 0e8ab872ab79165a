package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.MaintenanceMode;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.testing.Await;
import io.github.djlcachex.testing.ExpectedRows;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** Compactions that nobody calls, and what readers see of one. */
class CompactionByItselfTest {

    private static final int RUNS = 150;

    @TempDir Path directory;

    private Map<StoreOption, Object> automatic(ReadMode mode) {
        Map<StoreOption, Object> options = CompactionScenario.options(mode);
        options.put(StoreOption.MAINTENANCE, MaintenanceMode.AUTOMATIC);
        options.put(StoreOption.SEGMENT_ROWS, 5L);
        return options;
    }

    private List<Path> segments() throws IOException {
        return TestFiles.below(Caches.paths(directory).segments(), ".arrow");
    }

    private void writeInShortRuns(MaintenanceMode mode) {
        for (int run = 0; run < RUNS; run++) {
            try (FeatureCache cache = Caches.at(directory).maintenance(mode).open()) {
                Caches.putAndFlush(cache, TestRows.range(5L * run, 5L * run + 5));
            }
        }
    }

    @Test
    void close_afterManyShortRuns_leavesFewFiles() throws IOException {
        writeInShortRuns(MaintenanceMode.AUTOMATIC);
        assertThat(segments()).hasSizeLessThan(2 * Compaction.MANY_FILES_AT_CLOSE);
        try (FeatureCache cache = Caches.at(directory).open()) {
            assertThat(cache.rowCount()).isEqualTo(5 * RUNS);
            Caches.assertAllRight(cache, TestRows.range(0, 5 * RUNS));
        }
    }

    @Test
    void close_ofAManualCache_leavesTheFilesToACall() throws IOException {
        writeInShortRuns(MaintenanceMode.MANUAL);
        assertThat(segments()).hasSize(RUNS);
        try (FeatureCache reader = Caches.at(directory).readOnly(true).open()) {
            Caches.assertAllRight(reader, TestRows.range(0, 5 * RUNS));
        }
        assertThat(segments()).hasSize(RUNS);
        try (FeatureCache cache = Caches.at(directory).maintenance(MaintenanceMode.MANUAL).open()) {
            assertThat(cache.stats().lastCompaction()).isEmpty();
            assertThat(cache.compact().filesRemoved()).isEqualTo(RUNS);
            assertThat(cache.stats().lastCompaction()).isPresent();
            assertThat(cache.stats().compactedSegments()).isEqualTo(RUNS);
            assertThat(cache.stats().compactedRows()).isEqualTo(5 * RUNS);
        }
        assertThat(segments()).hasSize(1);
    }

    @Test
    void store_inUse_compactsOnceThereAreManyFiles() throws IOException {
        Store store = Caches.separate(directory, automatic(ReadMode.MAPPED));
        store.becomeWritable();
        Keys keys = ExpectedRows.keys(KeyType.INT64, 0, 5 * Compaction.MANY_FILES);
        Caches.put(store, keys);
        assertThat(store.flush()).isTrue();
        Await.until("the files are few", () -> store.catalog().segmentCount() == 1);
        Caches.assertAllRight(store, keys);
        store.close();
    }

    /** A disk that hangs in the compaction at close must not keep the caller. */
    @Test
    void close_theCompactionHangs_returnsWithinItsTimeAndLosesNothing() throws IOException {
        FaultyStorage storage = new FaultyStorage();
        Map<StoreOption, Object> options = automatic(ReadMode.MAPPED);
        options.put(StoreOption.CLOSE_TIMEOUT_MS, 200L);
        Store store = Caches.separate(directory, options, storage);
        store.becomeWritable();
        Keys keys = ExpectedRows.keys(KeyType.INT64, 0, 5 * Compaction.MANY_FILES_AT_CLOSE);
        Caches.put(store, keys);
        assertThat(store.flush()).isTrue();
        CountDownLatch disk = new CountDownLatch(1);
        AtomicBoolean reached = new AtomicBoolean();
        storage.rule(
                (op, file) -> {
                    if (op == FaultyStorage.Op.CREATE) {
                        reached.set(true);
                        FaultyStorage.waiting(op, ".tmp", disk).before(op, file);
                    }
                });
        store.close();
        disk.countDown();
        assertThat(reached).isTrue();
        Store reopened = Caches.separate(directory, CompactionScenario.options(ReadMode.MAPPED));
        Caches.assertAllRight(reopened, keys);
        reopened.close();
    }

    @ParameterizedTest
    @CsvSource({"INT64, MAPPED", "INT64, POSITIONAL", "UTF8, MAPPED", "UTF8, POSITIONAL"})
    void gather_whileFilesAreReplaced_missesNoRow(KeyType type, ReadMode mode) throws Exception {
        Keys keys = ExpectedRows.keys(type, 0, 400);
        Store store = Caches.separate(directory, CompactionScenario.options(mode));
        store.becomeWritable();
        Store other = Caches.separate(directory, CompactionScenario.options(mode));
        for (int round = 0; round < 5; round++) {
            store.upkeep().clear();
            Caches.put(store, keys);
            assertThat(store.flush()).isTrue();
            other.catalog().refresh();
            Caches.assertAllRight(other, keys); // has the files open
            AtomicBoolean over = new AtomicBoolean();
            Reader own = new Reader(store, keys, over);
            Reader others = new Reader(other, keys, over);
            own.start();
            others.start();
            assertThat(store.upkeep().compact(false).removed().files()).isEqualTo(8);
            over.set(true);
            own.check();
            others.check();
            Caches.assertAllRight(other, keys);
        }
        other.close();
        store.close();
    }

    private static final class Reader extends Thread {
        private final Store store;
        private final Keys keys;
        private final AtomicBoolean over;
        private volatile @Nullable Throwable failure;

        Reader(Store store, Keys keys, AtomicBoolean over) {
            this.store = store;
            this.keys = keys;
            this.over = over;
        }

        @Override
        public void run() {
            try {
                do {
                    Caches.assertAllRight(store, keys);
                } while (!over.get());
            } catch (Throwable e) {
                failure = e;
            }
        }

        void check() throws InterruptedException {
            join(Duration.ofMinutes(1).toMillis());
            assertThat(failure).isNull();
        }
    }
}
