package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Map;

/** Files that are skipped, and what has to happen before they are tried again. */
class SkippedFilesTest {

    @TempDir Path writerDirectory;
    @TempDir Path readerDirectory;
    private byte[] segment;
    private Path seen;

    /** One segment of ten rows, of which the reader's directory has the first half. */
    @BeforeEach
    void copyHalfOfASegment() throws IOException {
        try (FeatureCache cache = Caches.at(writerDirectory).open()) {
            Caches.putAndFlush(cache, TestRows.range(0, 10));
        }
        Path written = TestFiles.only(writerDirectory, ".arrow");
        segment = Files.readAllBytes(written);
        seen = readerDirectory.resolve(writerDirectory.relativize(written));
        Files.createDirectories(Caches.paths(readerDirectory).segments());
        Path contract = TestFiles.only(writerDirectory, "contract.json");
        Files.copy(contract, readerDirectory.resolve(writerDirectory.relativize(contract)));
        complete(segment.length / 2);
    }

    private void complete(int bytes) throws IOException {
        Files.write(seen, java.util.Arrays.copyOf(segment, bytes));
    }

    private FeatureCache reader() {
        return Caches.at(readerDirectory).readOnly(true).refreshInterval(Duration.ZERO).open();
    }

    @Test
    void refresh_segmentSeenBeforeItsLastBytes_isFoundWhenItIsComplete() throws IOException {
        try (FeatureCache cache = reader()) {
            assertThat(Caches.rightHits(cache, TestRows.range(0, 10))).isZero();
            assertThat(cache.refresh()).as("still truncated").isZero();
            complete(segment.length - 1);
            assertThat(cache.refresh()).as("longer, and still truncated").isZero();
            assertThat(cache.stats().skippedSegments()).as("one file, counted once").isOne();
            complete(segment.length);
            assertThat(cache.refresh()).isOne();
            Caches.assertAllRight(cache, TestRows.range(0, 10));
            assertThat(cache.refresh()).as("added once").isZero();
            assertThat(cache.segments()).hasSize(1);
            assertThat(cache.stats().skippedSegments()).isOne();
        }
    }

    @Test
    void refresh_sameSizeOtherTime_isTriedAgain() throws IOException {
        byte[] damaged = segment.clone();
        damaged[segment.length - 1] ^= 1;
        Files.write(seen, damaged);
        Files.setLastModifiedTime(seen, FileTime.fromMillis(1_000));
        try (FeatureCache cache = reader()) {
            assertThat(cache.stats().skippedSegments()).isOne();
            complete(segment.length);
            assertThat(cache.refresh()).isOne();
            Caches.assertAllRight(cache, TestRows.range(0, 10));
        }
    }

    @Test
    void refresh_damagedFileThatLooksAsBefore_isNotReadAgain() throws IOException {
        FaultyStorage storage = new FaultyStorage();
        StorePaths paths = Caches.paths(readerDirectory);
        StoreOptions options = new StoreOptions(Map.of());
        Store store = Store.open(paths, Caches.MODULE, "", options, storage);
        assertThat(store.stats().skippedSegments()).isOne();
        storage.forgetCalls();
        store.catalog().refresh();
        assertThat(storage.filesOf(FaultyStorage.Op.READ)).isEmpty();
        store.close();
    }

    @Test
    void refresh_fileThatBecomesADirectory_isStillSkipped() throws IOException {
        try (FeatureCache cache = reader()) {
            Files.delete(seen);
            Files.createDirectory(seen);
            assertThat(cache.refresh()).isZero();
            Files.delete(seen);
            complete(segment.length);
            assertThat(cache.refresh()).isOne();
            assertThat(cache.stats().skippedSegments()).isOne();
        }
    }
}
