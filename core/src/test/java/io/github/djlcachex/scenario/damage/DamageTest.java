package io.github.djlcachex.scenario.damage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.ChecksumPolicy;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.GatherResult;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.cache.Seams;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.testing.Await;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.FaultyStorage.Op;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Random;
import java.util.stream.IntStream;

/** Files that change on disk: before they are opened, and while they are open. */
@Tag("variable-rows")
class DamageTest {

    private static final Keys KEYS = TestRows.range(0, 100);

    @TempDir Path directory;

    @ParameterizedTest
    @EnumSource(
            value = ReadMode.class,
            names = {"MAPPED", "POSITIONAL"})
    void row_damagedUnderTheOpenFile_isAMissIsCountedAndCanBePutAgain(ReadMode mode)
            throws IOException {
        Caches.writeOneSegment(directory, KEYS);
        try (FeatureCache cache = Caches.at(directory).readMode(mode).memoryTierBytes(0).open()) {
            Caches.assertAllRight(cache, KEYS);
            Caches.spoilRow(cache.segments().get(0).file(), 42);
            assertThat(Caches.rightHits(cache, KEYS)).isEqualTo(99);
            assertThat(cache.missing(KEYS)).containsExactly(42);
            assertThat(cache.contains(42)).isFalse();
            assertThat(cache.stats().corruptRows()).isOne();

            assertThat(Caches.put(cache, KEYS)).isEqualTo(Seams.put(1, 99, 0));
            Caches.assertAllRight(cache, KEYS);
            assertThat(cache.flush().persistedRows()).isOne();
            Caches.assertAllRight(cache, KEYS);
            assertThat(cache.rowCount()).isEqualTo(100);
            assertThat(cache.keys().size()).isEqualTo(100);
        }
        // whichever of the two files has the smaller name, the good copy is served in the end
        try (FeatureCache cache = Caches.at(directory).readMode(mode).open()) {
            Await.until("the good copy is served", () -> Caches.rightHits(cache, KEYS) == 100);
            assertThat(cache.rowCount()).isEqualTo(100);
        }
    }

    @Test
    void row_damagedStringKeyedRow_isAMissAndCanBePutAgain() throws IOException {
        TestRows rows = new TestRows(RowSchema.of(Column.of(ElementType.FLOAT64, 8)), 1);
        Keys keys = Keys.of("first", "second", "third");
        try (FeatureCache cache = Caches.at(directory).open()) {
            cache.put(keys, rows.batch(keys));
            assertThat(cache.flush().persistedRows()).isEqualTo(3);
            Path segment = cache.segments().get(0).file();
            byte[] row = new byte[64];
            rows.batch(Keys.of("second")).buffer(0).get(0, row);
            int offset = TestFiles.indexOf(Files.readAllBytes(segment), row);
            TestFiles.overwrite(segment, offset, new byte[] {(byte) ~row[0]});
            RowBatch into = RowBatch.allocate(rows.schema(), 3);
            assertThat(cache.gather(keys, into).missing()).containsExactly(1);
            assertThat(cache.put(keys, rows.batch(keys))).isEqualTo(Seams.put(1, 2, 0));
            assertThat(cache.gather(keys, into).isComplete()).isTrue();
            assertThat(rows.isRight(keys, 1, into)).isTrue();
            assertThat(cache.rowCount()).isEqualTo(3);
        }
    }

    /** The bytes of a string key in the open file: what a lookup compares with. */
    @ParameterizedTest
    @EnumSource(
            value = ReadMode.class,
            names = {"MAPPED", "POSITIONAL"})
    void stringKeys_damagedUnderTheOpenFile_areMissesAndCanBePutAgain(ReadMode mode)
            throws IOException {
        TestRows rows = new TestRows(RowSchema.of(Column.of(ElementType.FLOAT64, 8)), 1);
        Keys keys = Keys.of("first", "second", "third");
        try (FeatureCache cache = Caches.at(directory).readMode(mode).memoryTierBytes(0).open()) {
            cache.put(keys, rows.batch(keys));
            assertThat(cache.flush().persistedRows()).isEqualTo(3);
            Path segment = cache.segments().get(0).file();
            byte[] text = "firstsecondthird".getBytes(StandardCharsets.UTF_8);
            int offset = TestFiles.indexOf(Files.readAllBytes(segment), text);
            assertThat(offset).isPositive();
            TestFiles.overwrite(segment, offset + 5, new byte[] {'S'});
            RowBatch into = RowBatch.allocate(rows.schema(), 3);
            assertThat(cache.gather(keys, into).missing()).containsExactly(1);
            Keys other = Keys.of("Second");
            assertThat(cache.gather(other, RowBatch.allocate(rows.schema(), 1)).hits()).isZero();
            cache.put(keys, rows.batch(keys));
            assertThat(cache.gather(keys, into).isComplete()).isTrue();
            assertThat(rows.isRight(keys, 1, into)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(ChecksumPolicy.class)
    void row_damagedAfterItsFirstRead_isNoticedAsTheOptionSays(ChecksumPolicy verification)
            throws IOException {
        Path segment = Caches.writeOneSegment(directory, KEYS);
        try (FeatureCache cache =
                Caches.at(directory)
                        .readMode(ReadMode.MAPPED)
                        .checksumPolicy(verification)
                        .open()) {
            RowBatch into = Caches.ROWS.room(cache, KEYS);
            assertThat(cache.gather(KEYS, into).isComplete()).isTrue();
            Caches.spoilRow(segment, 42);
            GatherResult again = cache.gather(KEYS, into);
            switch (verification) {
                case EVERY_READ -> assertThat(again.missing()).containsExactly(42);
                case FIRST_READ, OFF -> {
                    assertThat(again.isComplete()).isTrue();
                    assertThat(Caches.ROWS.isRight(KEYS, 42, into)).isFalse();
                }
            }
        }
        try (FeatureCache cache =
                Caches.at(directory)
                        .readMode(ReadMode.MAPPED)
                        .checksumPolicy(verification)
                        .open()) {
            RowBatch into = Caches.ROWS.room(cache, KEYS);
            GatherResult fresh = cache.gather(KEYS, into);
            assertThat(fresh.isComplete()).isEqualTo(verification == ChecksumPolicy.OFF);
        }
    }

    /** On Java 17 hot code often sees zeros instead of an error: only the checksum tells. */
    @ParameterizedTest
    @EnumSource(
            value = ReadMode.class,
            names = {"MAPPED", "POSITIONAL"})
    void file_truncatedWhileOpen_givesNoWrongRowAndTheJvmLives(ReadMode mode) throws IOException {
        Keys many = TestRows.range(0, 5000);
        Path segment = Caches.writeOneSegment(directory, many);
        long size = Files.size(segment);
        try (FeatureCache cache =
                Caches.at(directory)
                        .readMode(mode)
                        .memoryTierBytes(0)
                        .refreshInterval(Duration.ZERO)
                        .open()) {
            for (int warm = 0; warm < 20; warm++) {
                Caches.assertAllRight(cache, many);
            }
            Random random = new Random(1);
            int before = 5000;
            for (long left : new long[] {size / 2, size / 4, 5000, 0}) {
                TestFiles.truncate(segment, left);
                for (int round = 0; round < 50; round++) {
                    Caches.rightHits(cache, Keys.of(random.longs(64, 0, 5000).toArray()));
                }
                int hits = Caches.rightHits(cache, many);
                assertThat(hits).isLessThanOrEqualTo(before);
                before = hits;
            }
            assertThat(before).isZero();
            assertThat(cache.stats().corruptRows()).isPositive();
            assertThat(Caches.put(cache, many).stored()).isEqualTo(5000);
            assertThat(cache.flush().isComplete()).isTrue();
            Caches.assertAllRight(cache, many);
        }
    }

    @Test
    void file_truncatedWhileOpenWithStringKeys_givesNoWrongRow() throws IOException {
        TestRows rows = new TestRows(RowSchema.of(Column.of(ElementType.FLOAT64, 64)), 1);
        Keys keys = Keys.ofStrings(IntStream.range(0, 2000).mapToObj(i -> "key " + i).toList());
        try (FeatureCache cache =
                Caches.at(directory).readMode(ReadMode.MAPPED).memoryTierBytes(0).open()) {
            cache.put(keys, rows.batch(keys));
            assertThat(cache.flush().persistedRows()).isEqualTo(2000);
            RowBatch into = RowBatch.allocate(rows.schema(), 2000);
            for (int warm = 0; warm < 20; warm++) {
                assertThat(cache.gather(keys, into).isComplete()).isTrue();
            }
            TestFiles.truncate(cache.segments().get(0).file(), 0);
            assertThat(cache.gather(keys, into).hits()).isZero();
            assertThat(cache.contains("key 7")).isFalse();
            assertThat(cache.put(keys, rows.batch(keys)).stored()).isEqualTo(2000);
            assertThat(cache.gather(keys, into).isComplete()).isTrue();
        }
    }

    @Test
    void file_deletedWhileOpen_isStillServed() throws IOException {
        Path segment = Caches.writeOneSegment(directory, KEYS);
        try (FeatureCache cache = Caches.at(directory).open()) {
            Files.delete(segment);
            Caches.assertAllRight(cache, KEYS);
        }
        try (FeatureCache cache = Caches.at(directory).open()) {
            assertThat(cache.rowCount()).isZero();
            Caches.putAndFlush(cache, KEYS);
        }
    }

    @Test
    void damagedSegment_beforeOpen_costsItsRowsAlone() throws IOException {
        Path first = Caches.writeOneSegment(directory, TestRows.range(0, 50));
        try (FeatureCache cache = Caches.at(directory).open()) {
            Caches.putAndFlush(cache, TestRows.range(50, 100));
        }
        TestFiles.truncate(first, Files.size(first) - 1);
        try (FeatureCache cache = Caches.at(directory).open()) {
            assertThat(cache.stats().skippedSegments()).isOne();
            assertThat(cache.rowCount()).isEqualTo(50);
            assertThat(Caches.rightHits(cache, KEYS)).isEqualTo(50);
            assertThat(cache.refresh()).isZero();
            assertThat(cache.stats().skippedSegments()).as("skipped once").isOne();
            assertThat(Caches.put(cache, KEYS)).isEqualTo(Seams.put(50, 50, 0));
        }
        assertThat(first).as("never removed").exists();
        try (FeatureCache cache = Caches.at(directory).open()) {
            Caches.assertAllRight(cache, KEYS);
        }
    }

    @Test
    void networkFilesystem_readAutomatically_isReadByPositionalReadsAndKeptInMemory() {
        Caches.writeOneSegment(directory, KEYS);
        FaultyStorage storage = new FaultyStorage();
        storage.network(true);
        try (FeatureCache cache = Caches.at(directory, storage).open()) {
            Caches.assertAllRight(cache, KEYS);
            Caches.assertAllRight(cache, KEYS);
            assertThat(storage.filesOf(FaultyStorage.Op.MAP)).isEmpty();
            assertThat(cache.stats().diskHits()).isEqualTo(100);
            assertThat(cache.stats().memoryHits()).isEqualTo(100);
        }
    }

    @Test
    void read_thatFailsOnce_isTriedOnceMore() {
        Caches.writeOneSegment(directory, KEYS);
        FaultyStorage storage = new FaultyStorage();
        try (FeatureCache cache =
                Caches.at(directory, storage)
                        .readMode(ReadMode.POSITIONAL)
                        .memoryTierBytes(0)
                        .open()) {
            storage.rule(FaultyStorage.failing(FaultyStorage.Op.READ, ".arrow", 1));
            Caches.assertAllRight(cache, KEYS);
            assertThat(cache.stats().corruptRows()).isZero();
        }
    }

    @Test
    void keys_whenASegmentIsGone_isATypedException() throws IOException {
        Path segment = Caches.writeOneSegment(directory, KEYS);
        Path backup = directory.resolve("backup");
        try (FeatureCache cache = Caches.at(directory).open()) {
            Files.move(segment, backup);
            assertThatThrownBy(cache::keys).isInstanceOf(CacheIoException.class);
            Files.move(backup, segment, StandardCopyOption.ATOMIC_MOVE);
            assertThat(cache.keys()).isEqualTo(KEYS);
        }
    }

    /** The mapping has the rows still. */
    @ParameterizedTest
    @EnumSource(
            value = Op.class,
            names = {"OPEN", "READ"})
    void gather_positionalReadsOfAMappedFileFail_readsThroughTheMapping(Op failing) {
        FaultyStorage storage = new FaultyStorage();
        try (FeatureCache cache = Caches.at(directory, storage).open()) {
            Caches.putAndFlush(cache, KEYS);
            storage.rule(FaultyStorage.failing(failing, ".arrow", Integer.MAX_VALUE));
            for (int round = 0; round < 40; round++) {
                Caches.assertAllRight(cache, KEYS);
            }
            assertThat(cache.stats().corruptRows()).isZero();
            assertThat(storage.filesOf(failing)).anyMatch(name -> name.endsWith(".arrow"));
        }
    }

    @Test
    void gather_positionalReadsOfAMappedFileFailOnce_usesTheDescriptorAgain() {
        FaultyStorage storage = new FaultyStorage();
        try (FeatureCache cache = Caches.at(directory, storage).open()) {
            Caches.putAndFlush(cache, KEYS);
            Caches.assertAllRight(cache, KEYS);
            storage.rule(FaultyStorage.failing(Op.READ, ".arrow", 1));
            storage.forgetCalls();
            Caches.assertAllRight(cache, KEYS);
            assertThat(cache.stats().corruptRows()).isZero();
            assertThat(storage.filesOf(Op.READ)).hasSizeGreaterThan(KEYS.size());
        }
    }
}
