package io.github.djlcachex.scenario.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FeatureCacheBuilder;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.cache.Seams;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.internal.store.Store;
import io.github.djlcachex.internal.store.StoreOption;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.testing.FailAtOperation;
import io.github.djlcachex.testing.FailAtOperation.Mode;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.FaultyStorage.Op;
import io.github.djlcachex.testing.ForgettingStorage;
import io.github.djlcachex.testing.OpenFiles;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;

/** What a store finds was made by somebody who may be dead: opening makes it durable. */
@Tag("T4")
class DurableNamesTest {

    private static final Path CACHE = Path.of("/power/cache");
    private static final int DAMAGES = 64;
    private static final Map<StoreOption, Object> OPTIONS =
            Map.of(StoreOption.REFRESH_INTERVAL_MS, 0L, StoreOption.READ_MODE, ReadMode.POSITIONAL);

    private final ForgettingStorage disk = new ForgettingStorage(CACHE.getParent());

    private static void assertSurvive(ForgettingStorage disk, int rows) throws IOException {
        for (int seed = 0; seed < DAMAGES; seed++) {
            Storage left = disk.powerLoss(new SplittableRandom(seed));
            Store store = Caches.separate(CACHE, OPTIONS, left);
            Caches.assertAllRight(store, TestRows.range(0, rows));
            Caches.close(store);
        }
    }

    private void store(int rows) throws IOException {
        Store store = Caches.separate(CACHE, OPTIONS, disk);
        Caches.put(store, TestRows.range(0, rows));
        assertThat(Caches.flush(store, 60_000)).isTrue();
        assertThat(store.stats().lostRows()).isZero();
        Caches.close(store);
    }

    @Test
    void open_directoriesThatAnotherWriterMadeAndDidNotForce_survivePowerLoss() throws Exception {
        for (int made = 1; made <= 4; made++) {
            FaultyStorage dying = new FaultyStorage(disk);
            dying.rule(FaultyStorage.failing(Op.FORCE_DIRECTORY, "", made));
            assertThatThrownBy(() -> Caches.separate(CACHE, OPTIONS, dying))
                    .isInstanceOf(IOException.class);
        }
        store(5);
        assertSurvive(disk, 5);
    }

    /** A second put of its rows is ignored: so they must be as safe as rows that were stored. */
    @Test
    void open_segmentOfAWriterThatDiedBeforeForcingItsName_survivesPowerLoss() throws Exception {
        FaultyStorage dying = new FaultyStorage(disk);
        Store dead = Caches.separate(CACHE, OPTIONS, dying);
        Caches.put(dead, TestRows.range(0, 5));
        FailAtOperation death = new FailAtOperation(1, Mode.FOR_EVER);
        dying.rule(
                (op, file) -> {
                    if (op == Op.FORCE_DIRECTORY || death.happened()) {
                        death.before(op, file);
                    }
                });
        assertThat(Caches.flush(dead, 60_000)).isTrue();
        assertThat(dead.stats().lostRows()).isEqualTo(5);

        Store next = Caches.separate(CACHE, OPTIONS, disk);
        assertThat(Caches.put(next, TestRows.range(0, 5))).isEqualTo(Seams.put(0, 5, 0));
        assertThat(Caches.flush(next, 60_000)).isTrue();
        Caches.close(dead);
        Caches.close(next);
        assertSurvive(disk, 5);
    }

    @Test
    void open_failsAfterItOpenedSegments_leavesNoneOpen(@TempDir Path directory) throws Exception {
        try (FeatureCache cache = Caches.at(directory).open()) {
            Caches.putAndFlush(cache, TestRows.range(0, 5));
            Caches.putAndFlush(cache, TestRows.range(5, 9));
        }
        FaultyStorage storage = new FaultyStorage();
        String second = TestFiles.below(directory, ".arrow").get(1).getFileName().toString();
        storage.rule(
                (op, file) -> {
                    boolean broken = storage.filesOf(Op.OPEN).contains(second);
                    if (broken && (op == Op.OPEN || op == Op.LIST)) {
                        throw new IOException("injected: " + op);
                    }
                });
        FeatureCacheBuilder builder = Caches.at(directory, storage).readMode(ReadMode.POSITIONAL);
        assertThatThrownBy(builder::open).isInstanceOf(CacheIoException.class);
        assertThat(OpenFiles.below(directory)).isEmpty();
    }

    @Test
    void open_directoriesAboveThatCannotBeForced_areNotTheCaches(@TempDir Path directory) {
        Path root = directory.resolve("cache");
        FaultyStorage storage = new FaultyStorage();
        Caches.at(root).open().close();
        storage.rule(
                (op, file) -> {
                    if (op == Op.FORCE_DIRECTORY && file.equals(root)) {
                        throw new AccessDeniedException(file.toString());
                    } else if (op == Op.FORCE_DIRECTORY && root.startsWith(file)) {
                        throw new IOException("Invalid argument");
                    }
                });
        try (FeatureCache cache = Caches.at(root, storage).open()) {
            Caches.putAndFlush(cache, TestRows.range(0, 5));
        }
        storage.rule(FaultyStorage.failing(Op.FORCE_DIRECTORY, "/cache", 1));
        assertThatThrownBy(() -> Caches.at(root, storage).open())
                .isInstanceOf(CacheIoException.class);
    }
}
