package io.github.djlcachex.scenario.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.testing.Collisions;
import io.github.djlcachex.testing.TestFiles;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** String keys with one hash, found with the seed that the generation has drawn. */
class CollidingKeysTest {

    @TempDir Path directory;

    private long seed() throws IOException {
        String contract = Files.readString(TestFiles.only(directory, "contract.json"));
        Matcher matcher = Pattern.compile("\"hashSeed\":\"([0-9a-f]{16})\"").matcher(contract);
        assertThat(matcher.find()).isTrue();
        return Long.parseUnsignedLong(matcher.group(1), 16);
    }

    @Test
    void keys_withOneHash_neverServeEachOthersRow() throws IOException {
        Keys first = Keys.of("fixes the contract");
        for (ReadMode mode : List.of(ReadMode.MAPPED, ReadMode.POSITIONAL)) {
            try (FeatureCache cache =
                    Caches.at(directory).readMode(mode).memoryTierBytes(0).open()) {
                Caches.put(cache, first);
                List<String> colliding = Collisions.of(seed(), 12);
                Keys stored = Keys.ofStrings(colliding.subList(0, 10));
                Keys absent = Keys.ofStrings(colliding.subList(10, 12));
                Caches.put(cache, stored);
                Caches.assertAllRight(cache, stored);
                assertThat(cache.missing(absent)).hasSize(2);
                assertThat(cache.flush().isComplete()).isTrue();
                Caches.assertAllRight(cache, stored);
                assertThat(Caches.rightHits(cache, absent)).isZero();
                assertThat(cache.rowCount()).isEqualTo(11);
                RowBatch into = RowBatch.allocate(Caches.ROWS.schema(), 2);
                assertThat(cache.gather(absent, into).hits()).isZero();
            }
        }
    }
}
