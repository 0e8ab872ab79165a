package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FlushReport;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.testing.Await;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Directories that somebody deletes under an open cache. */
class DeletedDirectoriesTest {

    private static final Keys FIRST = TestRows.range(0, 10);
    private static final Keys SECOND = TestRows.range(10, 30);

    @TempDir Path temporary;

    private Path directory() {
        return temporary.resolve("above").resolve("cache");
    }

    private Path deleted(String which) {
        StorePaths paths = Caches.paths(directory());
        return switch (which) {
            case "segments" -> paths.segments();
            case "generation" -> paths.generation();
            case "module" -> paths.module();
            case "cache" -> directory();
            default -> temporary.resolve("above");
        };
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            paths.sorted(Comparator.reverseOrder()).forEach(DeletedDirectoriesTest::deleteOne);
        }
    }

    private static void deleteOne(Path path) {
        try {
            Files.delete(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"segments", "generation", "module", "cache", "above"})
    void put_afterADirectoryWasDeleted_isWrittenAndFoundByTheNextRun(String which)
            throws IOException {
        Path contract = Caches.paths(directory()).generation().resolve("contract.json");
        try (FeatureCache cache = Caches.at(directory()).open()) {
            Caches.putAndFlush(cache, FIRST);
            delete(deleted(which));
            Caches.put(cache, SECOND);
            FlushReport report = cache.flush();
            assertThat(report.isComplete()).as(report.toString()).isTrue();
            assertThat(report.persistedRows()).isEqualTo(20);
            Caches.assertAllRight(cache, SECOND);
            Await.until("the contract is there", () -> Files.exists(contract));
        }
        try (FeatureCache cache = Caches.at(directory()).open()) {
            Caches.assertAllRight(cache, SECOND);
            assertThat(cache.verify().isIntact()).isTrue();
        }
    }

    @Test
    void put_afterAnotherProcessMadeTheDirectoryAgain_isWritten() throws IOException {
        try (FeatureCache cache = Caches.at(directory()).open()) {
            Caches.putAndFlush(cache, FIRST);
            Files.move(directory(), temporary.resolve("away")); // so that its key is not used again
            Files.createDirectories(Caches.paths(directory()).module());
            Caches.putAndFlush(cache, SECOND);
        }
    }

    /** As after an unmount: what is below the mount point then belongs to somebody else. */
    @Test
    void put_whereAnotherDirectoryTookTheCachesPlace_isLostAndCreatesNothing() throws IOException {
        try (FeatureCache cache = Caches.at(directory()).open()) {
            Caches.putAndFlush(cache, FIRST);
            Files.move(directory(), temporary.resolve("away"));
            Files.createDirectory(directory());
            Caches.put(cache, SECOND);
            assertThat(cache.flush().lostRows()).isEqualTo(20);
        }
        assertThat(directory()).isEmptyDirectory();
    }

    @Test
    void firstPut_afterTheDirectoryWasDeleted_isWritten() throws IOException {
        try (FeatureCache cache = Caches.at(directory()).open()) {
            delete(directory());
            Caches.putAndFlush(cache, FIRST);
        }
        try (FeatureCache cache = Caches.at(directory()).open()) {
            Caches.assertAllRight(cache, FIRST);
        }
    }

    /** A reset holds the lock of the disk and waits for the flusher. */
    @Test
    void reset_whileRowsWaitForADeletedDirectory_ends() throws IOException {
        try (FeatureCache cache = Caches.at(directory()).open()) {
            Caches.putAndFlush(cache, FIRST);
            delete(Caches.paths(directory()).segments());
            Caches.put(cache, SECOND);
            cache.reset();
            assertThat(cache.rowCount()).isZero();
            Caches.putAndFlush(cache, FIRST);
        }
    }

    @Test
    void put_whereALinkTookTheDirectorysPlace_isLostAndFollowsNoLink() throws IOException {
        Path elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
        try (FeatureCache cache = Caches.at(directory()).open()) {
            Caches.putAndFlush(cache, FIRST);
            Path generation = Caches.paths(directory()).generation();
            delete(generation);
            Files.createSymbolicLink(generation, elsewhere);
            Caches.put(cache, SECOND);
            assertThat(cache.flush().lostRows()).isEqualTo(20);
        }
        assertThat(elsewhere).isEmptyDirectory();
    }
}
