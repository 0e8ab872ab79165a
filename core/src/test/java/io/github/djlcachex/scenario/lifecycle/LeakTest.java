package io.github.djlcachex.scenario.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FeatureCacheBuilder;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.cache.Seams;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.UnsupportedFormatException;
import io.github.djlcachex.scenario.hostile.HostileContracts;
import io.github.djlcachex.testing.Await;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.LeakCheck;
import io.github.djlcachex.testing.Reliability;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a cache holds of the system, and that it gives it back. */
@Tag("T22")
class LeakTest {

    private static final Path MAPS = Path.of("/proc/self/maps");
    private static final Keys KEYS = TestRows.range(0, 400);

    @TempDir Path directory;

    static boolean systemTells() {
        return Files.exists(MAPS);
    }

    private long mappings() {
        try {
            return Files.readAllLines(MAPS).stream()
                    .filter(line -> line.contains(directory.toString()))
                    .count();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void writeSegments() {
        try (FeatureCache cache = Caches.at(directory).segmentRows(50).open()) {
            Caches.putAndFlush(cache, KEYS);
        }
    }

    private FeatureCacheBuilder reader(ReadMode mode) {
        return Caches.at(directory).readOnly(true).readMode(mode).memoryTierBytes(0);
    }

    @Test
    void mappings_ofAClosedCache_areGoneAfterGarbageCollection() throws Exception {
        Reliability.prove(
                "T22 mappings after garbage collection",
                5,
                line -> {
                    if (!systemTells()) {
                        line.skip("no " + MAPS);
                    }
                    writeSegments();
                    for (int round = 0; round < 5; round++) {
                        readAllMapped();
                        awaitNoMappings();
                        line.run();
                    }
                });
    }

    /** A method of its own, since the interpreter's frame would hold the cache. */
    private void readAllMapped() {
        try (FeatureCache cache = reader(ReadMode.MAPPED).open()) {
            Caches.assertAllRight(cache, KEYS);
            assertThat(mappings()).isGreaterThanOrEqualTo(8);
        }
    }

    @Test
    @EnabledIf("systemTells")
    void mappings_ofClearedAndRefusedFiles_areGoneAfterGarbageCollection() throws IOException {
        writeSegments();
        try (FeatureCache cache = Caches.at(directory).readMode(ReadMode.MAPPED).open()) {
            Caches.assertAllRight(cache, KEYS);
            cache.clear();
            awaitNoMappings();
        }
        writeSegments();
        for (Path segment : TestFiles.below(directory, ".arrow")) {
            TestFiles.truncate(segment, Files.size(segment) - 1);
        }
        try (FeatureCache cache = reader(ReadMode.MAPPED).open()) {
            assertThat(cache.stats().skippedSegments()).isEqualTo(8);
            awaitNoMappings();
        }
    }

    private void awaitNoMappings() {
        Await.until(
                "the mappings are gone",
                () -> {
                    System.gc();
                    return mappings() == 0;
                });
    }

    /** The check itself: an open cache is a leak of all three kinds. */
    @Test
    @EnabledIf("systemTells")
    void cache_whileItIsOpen_isFoundByTheCheck() throws Exception {
        writeSegments();
        try (FeatureCache cache = Caches.at(directory).readMode(ReadMode.POSITIONAL).open()) {
            Caches.put(cache, TestRows.range(1000, 1001));
            List<String> leaks = LeakCheck.leaks();
            for (String kind : new String[] {"thread djlcachex-", "descriptor of ", "store of "}) {
                assertThat(leaks).anyMatch(leak -> leak.startsWith(kind));
            }
        }
        Await.until("nothing is left", LeakTest::nothingIsLeft);
    }

    private static boolean nothingIsLeft() {
        try {
            return LeakCheck.leaks().isEmpty();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** The files that were opened before the one that failed are closed again. */
    @Test
    void open_thatFailsInItsMiddle_closesWhatItOpened() throws Exception {
        writeSegments();
        Path last = TestFiles.below(directory, ".arrow").get(7);
        FaultyStorage storage = new FaultyStorage();
        storage.rule(
                (op, file) -> {
                    if (op == FaultyStorage.Op.OPEN && file.equals(last)) {
                        storage.rule(FaultyStorage.failing(FaultyStorage.Op.LIST, "", 1));
                        throw new IOException("injected: open");
                    }
                });
        assertThatThrownBy(() -> Seams.storage(reader(ReadMode.POSITIONAL), storage).open())
                .isInstanceOf(CacheIoException.class);
        assertThat(LeakCheck.descriptors()).isEmpty();
    }

    /** A newer version replaces the contract between the listing and its restoring. */
    @Test
    void openForWriting_thatMeetsANewerContract_closesWhatItOpened() throws Exception {
        writeSegments();
        Path contract = TestFiles.only(directory, "contract.json");
        Path last = TestFiles.below(directory, ".arrow").get(7);
        String newer = HostileContracts.withChecksum("{\"format\":2}");
        FaultyStorage storage = new FaultyStorage();
        storage.rule(
                (op, file) -> {
                    if (op == FaultyStorage.Op.OPEN && file.equals(last)) {
                        Files.writeString(contract, newer);
                    }
                });
        assertThatThrownBy(() -> Caches.at(directory, storage).readMode(ReadMode.POSITIONAL).open())
                .isInstanceOf(UnsupportedFormatException.class);
        assertThat(LeakCheck.descriptors()).isEmpty();
    }
}
