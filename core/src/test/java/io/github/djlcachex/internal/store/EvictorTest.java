package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.CacheDirectory;
import io.github.djlcachex.cache.CacheLimits;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.LimitPolicy;
import io.github.djlcachex.testing.Await;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What goes first when new rows need room. */
class EvictorTest {

    /** The rows of one segment of the tests: 8,400 bytes, and some more for the file. */
    private static final int ROWS = 100;

    @TempDir Path root;
    private Store store;

    @BeforeEach
    void openStore() throws IOException {
        store = Caches.separate(root, Map.of(StoreOption.MEMORY_TIER_BYTES, 0L));
        store.becomeWritable();
    }

    @AfterEach
    void closeStore() {
        Caches.close(store);
    }

    private Path generation(String fingerprint, Duration age) throws IOException {
        Path directory;
        try (FeatureCache cache = Caches.at(root).fingerprint(fingerprint).open()) {
            Caches.putAndFlush(cache, TestRows.range(0, ROWS));
            directory = cache.directory();
        }
        Files.setLastModifiedTime(
                directory.resolve("used"), FileTime.from(Instant.now().minus(age)));
        return directory;
    }

    private void limit(long maxBytes) {
        CacheDirectory.of(root)
                .setLimits(
                        CacheLimits.builder().maxBytes(maxBytes).policy(LimitPolicy.EVICT).build());
        store.housekeeping().space().measure();
    }

    private long bytes() {
        return CacheDirectory.of(root).usage().bytes();
    }

    /** Writes the n-th segment of the store. */
    private void write(int number) {
        Caches.put(store, TestRows.range(number * (long) ROWS, (number + 1L) * ROWS));
        assertThat(store.flush()).isTrue();
    }

    private void assertThatSegment(int number, boolean there) {
        int hits =
                Caches.rightHits(store, TestRows.range(number * (long) ROWS, (number + 1L) * ROWS));
        assertThat(hits).as("rows of segment %s", number).isEqualTo(there ? ROWS : 0);
    }

    @Test
    void otherGenerations_goFirst_theLeastRecentlyUsedOneBeforeOthers() throws IOException {
        Path fresh = generation("v1", Duration.ofDays(1));
        Path old = generation("v2", Duration.ofDays(9));
        write(0);
        limit(bytes() + 6000);
        write(1);
        assertThat(old).doesNotExist();
        assertThat(fresh).exists();
        assertThatSegment(0, true);
        write(2);
        write(3);
        assertThat(fresh).doesNotExist();
        assertThatSegment(3, true);
        assertThat(store.stats().lostRows()).isZero();
    }

    @Test
    void segmentsOfTheOwnGeneration_goOldestFirst() throws IOException {
        for (int i = 0; i < 4; i++) {
            write(i);
        }
        limit(bytes() + 6000);
        write(4);
        write(5);
        assertThat(store.stats().lostRows()).isZero();
        assertThat(store.stats().overLimitRows()).isZero();
        Await.until(
                "letting go of evicted segments",
                () -> store.stats().segments() == TestFiles.below(root, ".arrow").size());
        assertThatSegment(0, false);
        assertThatSegment(3, true);
        assertThatSegment(5, true);
        write(0);
        assertThatSegment(0, true);
    }

    @Test
    void trashAndDamagedFiles_goBeforeSegments() throws IOException {
        write(0);
        Path segment = TestFiles.below(root, ".arrow").get(0);
        for (String name : List.of("trash", "damaged")) {
            Path directory = Files.createDirectories(Caches.paths(root).generation().resolve(name));
            Files.copy(segment, directory.resolve(segment.getFileName()));
        }
        limit(bytes() + 6000);
        write(1);
        write(2);
        assertThatSegment(0, true);
        assertThatSegment(2, true);
        assertThat(TestFiles.below(root, ".arrow")).hasSize(3);
    }

    @Test
    void generationsInUse_newerOnes_foreignFilesAndLinks_stayByteForByte() throws IOException {
        Path newer = generation("v1", Duration.ofDays(30));
        NewerFiles.contract(newer);
        Path busy = generation("v2", Duration.ofDays(30));
        Path foreign = Files.write(busy.resolve("segments").resolve("x.bin"), new byte[5000]);
        Path link = root.resolve("m-linked-0123456789abcdef");
        Files.createSymbolicLink(link, busy.getParent());
        try (FeatureCache user = Caches.at(root).fingerprint("v2").open()) {
            assertThat(user.isWritable()).isTrue();
            Map<Path, byte[]> before =
                    Map.of(
                            foreign,
                            Files.readAllBytes(foreign),
                            newer.resolve("contract.json"),
                            Files.readAllBytes(newer.resolve("contract.json")));
            List<Path> segments = TestFiles.below(newer, ".arrow");
            List<Path> busySegments = TestFiles.below(busy, ".arrow");
            limit(bytes() + 6000);
            write(0); // there is nothing to evict
            assertThat(store.stats().lostRows()).isEqualTo(ROWS);
            write(1);
            assertThat(store.stats().overLimitRows()).isEqualTo(ROWS);
            before.forEach((path, bytes) -> assertThat(path).hasBinaryContent(bytes));
            assertThat(TestFiles.below(newer, ".arrow")).isEqualTo(segments);
            assertThat(TestFiles.below(busy, ".arrow")).isEqualTo(busySegments);
            assertThat(link).isSymbolicLink();
        }
    }

    @Test
    void nothingIsEvicted_forASegmentThatCannotFit() throws IOException {
        write(0);
        limit(bytes() - 5000);
        Caches.put(store, TestRows.range(1000, 3000));
        assertThat(store.flush()).isTrue();
        assertThat(store.stats().lostRows()).isEqualTo(2000);
        assertThatSegment(0, true);
    }
}
