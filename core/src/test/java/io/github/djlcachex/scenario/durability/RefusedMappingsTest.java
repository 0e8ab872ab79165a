package io.github.djlcachex.scenario.durability;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.cache.Seams;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.testing.Await;
import io.github.djlcachex.testing.FaultyStorage.Op;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;

/** Systems that refuse mappings, always or for a while: rows are read by pread then. */
class RefusedMappingsTest extends OutageScenario {

    @ParameterizedTest
    @EnumSource(ReadMode.class)
    void open_mappingsAreRefused_servesAllRowsByPositionalReads(ReadMode mode) throws IOException {
        Keys keys = TestRows.range(0, 100);
        try (FeatureCache cache = Caches.at(directory, storage).open()) {
            Caches.putAndFlush(cache, keys);
        }
        fail(EnumSet.of(Op.MAP), "");
        try (FeatureCache cache = builder(mode).memoryTierBytes(0).open()) {
            Caches.assertAllRight(cache, keys);
            assertThat(Caches.put(cache, keys)).isEqualTo(Seams.put(0, 100, 0));
        }
    }

    @ParameterizedTest
    @EnumSource(ReadMode.class)
    void open_mappingsOfTheSnapshotAreRefused_servesAllRows(ReadMode mode) throws IOException {
        Keys keys = write(KeyType.INT64);
        fail(EnumSet.of(Op.MAP), "");
        storage.forgetCalls();
        try (FeatureCache cache = builder(mode).memoryTierBytes(0).open()) {
            assertThat(cache.missing(keys)).isEmpty();
            assertThat(opened()).as("segments that were opened").isZero();
            Caches.assertAllRight(cache, keys);
        }
    }

    /**
     * The mapping itself fails, as where a server is away: the file is cut and made whole again.
     */
    @Test
    void gather_mappingFailsForAWhile_findsAllRowsAgain() throws IOException {
        Keys keys = TestRows.range(0, 2000);
        try (FeatureCache cache = Caches.at(directory).indexSnapshotRows(0).open()) {
            Caches.putAndFlush(cache, keys);
        }
        Path segment = TestFiles.only(directory, ".arrow");
        byte[] whole = Files.readAllBytes(segment);
        try (FeatureCache cache = builder(ReadMode.MAPPED).memoryTierBytes(0).open()) {
            for (int warm = 0; warm < 20; warm++) {
                Caches.assertAllRight(cache, keys);
            }
            fail(READING, ".arrow"); // nobody can prove the file meanwhile
            TestFiles.truncate(segment, 0);
            assertThat(Caches.rightHits(cache, keys)).isLessThan(2000);
            assertThat(Caches.put(cache, keys)).isEqualTo(Seams.put(0, 2000, 0));
            Files.write(segment, whole);
            storage.heal();
            Await.until("all rows are found", () -> Caches.rightHits(cache, keys) == 2000);
        }
        checkEachRowIsStoredOnce(keys);
    }
}
