package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.internal.io.FileStorage;
import io.github.djlcachex.internal.io.ForwardingStorage;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.io.WritableFile;
import io.github.djlcachex.internal.segment.Lineage;
import io.github.djlcachex.internal.segment.SegmentRanges;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.testing.Await;
import io.github.djlcachex.testing.ExpectedRows;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.TestFiles;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** What a compaction by call makes of the files of a generation. */
@Tag("variable-rows")
class CompactionTest extends CompactionScenario {

    @ParameterizedTest
    @CsvSource({"INT64, MAPPED", "INT64, POSITIONAL", "UTF8, MAPPED", "UTF8, POSITIONAL"})
    void compact_manySmallFiles_makesOneAndServesTheSameRows(KeyType type, ReadMode mode)
            throws IOException {
        Keys keys = ExpectedRows.keys(type, 0, ROWS);
        Store store = writable(mode);
        List<Path> small = write(keys, store);
        long oldestMs = lineage(small.get(0)).oldestRowMs();
        assertThat(small).hasSize(ROWS / 50);

        HygieneCounts counts = store.upkeep().compact(false);

        assertThat(counts.removed().files()).isEqualTo(small.size());
        assertThat(counts.removed().rows()).isEqualTo(ROWS);
        assertThat(counts.written().rows()).isEqualTo(ROWS);
        assertThat(counts.keptFiles()).isZero();
        assertThat(segments()).hasSize(1);
        assertThat(lineage(segments().get(0)))
                .isEqualTo(
                        new Lineage(
                                SegmentRanges.of(small.stream().map(Verifier::nameOf).toList()),
                                SegmentRanges.NONE,
                                oldestMs));
        assertThat(store.segments()).hasSize(1);
        assertThat(store.rowCount()).isEqualTo(ROWS);
        Caches.assertAllRight(store, keys);
        assertThat(store.catalog().refresh()).isZero();
        assertThat(store.upkeep().compact(false).removed().files()).isZero();
        store.close();

        Store reopened = Caches.separate(directory, options(mode));
        assertThat(reopened.rowCount()).isEqualTo(ROWS);
        Caches.assertAllRight(reopened, keys);
        assertThat(reopened.upkeep().verify().segments()).hasSize(1);
        reopened.close();
    }

    @Test
    void compact_aDryRun_tellsTheSameAndChangesNothing() throws IOException {
        Store store = writable(ReadMode.MAPPED);
        List<Path> small = write(ExpectedRows.keys(KeyType.INT64, 0, ROWS), store);
        HygieneCounts foreseen = store.upkeep().compact(true);
        assertThat(segments()).isEqualTo(small);
        assertThat(Caches.paths(directory).trash()).doesNotExist();
        HygieneCounts done = store.upkeep().compact(false);
        assertThat(foreseen.removed()).isEqualTo(done.removed());
        assertThat(foreseen.written().rows()).isEqualTo(done.written().rows());
        store.close();
    }

    @Test
    void compact_duplicatesInTwoFiles_keepsOne() throws IOException {
        Keys keys = ExpectedRows.keys(KeyType.UTF8, 0, ROWS);
        Store one = writable(ReadMode.MAPPED);
        Store blind = Caches.separate(directory, options(ReadMode.MAPPED));
        write(keys, one);
        write(keys, blind);
        blind.close();
        HygieneCounts counts = one.upkeep().compact(false);
        assertThat(counts.removed().rows()).isEqualTo(2 * ROWS);
        assertThat(counts.written().rows()).isEqualTo(ROWS);
        assertThat(one.rowCount()).isEqualTo(ROWS);
        Caches.assertAllRight(one, keys);
        one.close();
    }

    @Test
    void compact_aFileWithADamagedRow_leavesItAsItIs() throws IOException {
        Keys keys = ExpectedRows.keys(KeyType.INT64, 0, ROWS);
        Store store = writable(ReadMode.MAPPED);
        Path spoilt = write(keys, store).get(3);
        Caches.spoilRow(spoilt, 170);
        byte[] bytes = Files.readAllBytes(spoilt);

        HygieneCounts counts = store.upkeep().compact(false);

        assertThat(counts.kept()).extracting(HygieneCounts.Kept::path).containsExactly(spoilt);
        assertThat(segments()).hasSize(2).contains(spoilt);
        assertThat(Files.readAllBytes(spoilt)).isEqualTo(bytes);
        assertThat(Caches.rightHits(store, keys)).isEqualTo(ROWS - 1);
        store.close();
    }

    @Test
    void compact_onANetworkFilesystem_movesTheFilesToTheTrashForADay() throws IOException {
        Keys keys = ExpectedRows.keys(KeyType.INT64, 0, ROWS);
        FaultyStorage storage = new FaultyStorage();
        storage.network(true);
        Store store = Caches.separate(directory, options(ReadMode.AUTOMATIC), storage);
        store.becomeWritable();
        int files = write(keys, store).size();
        store.upkeep().compact(false);
        Path trash = Caches.paths(directory).trash();
        assertThat(TestFiles.below(trash, "")).hasSize(files);
        assertThat(segments()).hasSize(1);
        Caches.assertAllRight(store, keys);
        store.close();
    }

    @Test
    void compact_filesThatAreNotOurs_leavesThemByteForByte() throws IOException {
        Keys keys = ExpectedRows.keys(KeyType.INT64, 0, ROWS);
        Store store = writable(ReadMode.MAPPED);
        List<Path> own = write(keys, store);
        store.close();
        Path segments = Caches.paths(directory).segments();
        Path other = directory.resolve("other");
        Path foreign = Caches.writeOneSegment(other, Keys.of(900_001L));
        List<Path> notOurs =
                List.of(
                        segments.resolve(nextName(own.get(0))),
                        segments.resolve(nextName(own.get(1))),
                        segments.resolve("notes.arrow"),
                        segments.resolve(nextName(own.get(2))));
        Files.copy(own.get(0), notOurs.get(0)); // renamed: its footer says another name
        Files.write(notOurs.get(1), new byte[] {1, 2, 3});
        Files.copy(foreign, notOurs.get(2));
        Files.createSymbolicLink(notOurs.get(3), foreign);
        byte[][] before = contents(notOurs);

        Store reopened = writable(ReadMode.MAPPED);
        HygieneCounts counts = reopened.upkeep().compact(false);

        assertThat(counts.removed().files()).isEqualTo(own.size());
        assertThat(contents(notOurs)).isDeepEqualTo(before);
        assertThat(notOurs.get(3)).isSymbolicLink();
        assertThat(segments()).hasSize(notOurs.size() + 1);
        Caches.assertAllRight(reopened, keys);
        reopened.close();
    }

    private static String nextName(Path file) {
        return file.getFileName().toString().replaceFirst("-0000", "-0009");
    }

    private static byte[][] contents(List<Path> files) throws IOException {
        byte[][] contents = new byte[files.size()][];
        for (int i = 0; i < contents.length; i++) {
            contents[i] = Files.readAllBytes(files.get(i));
        }
        return contents;
    }

    @Test
    void compact_theDiskIsFullInTheMiddle_leavesAllAsItWas() throws IOException {
        Keys keys = ExpectedRows.keys(KeyType.INT64, 0, ROWS);
        FaultyStorage storage = new FaultyStorage();
        Store store = Caches.separate(directory, options(ReadMode.MAPPED), storage);
        store.becomeWritable();
        List<Path> small = write(keys, store);
        AtomicInteger writes = new AtomicInteger();
        storage.rule(
                (op, file) -> {
                    if (op == FaultyStorage.Op.WRITE && writes.incrementAndGet() > 2) {
                        throw new IOException("No space left on device");
                    }
                });
        assertThatThrownBy(() -> store.upkeep().compact(false)).hasMessageContaining("No space");
        assertThat(segments()).isEqualTo(small);
        assertThat(TestFiles.below(directory, ".tmp")).isEmpty();
        Caches.assertAllRight(store, keys);
        storage.heal();
        store.upkeep().compact(false);
        assertThat(segments()).hasSize(1);
        Caches.assertAllRight(store, keys);
        store.close();
    }

    @Test
    void compact_noRoomForACopy_saysSoAndLeavesTheFiles() throws IOException {
        Keys keys = ExpectedRows.keys(KeyType.INT64, 0, ROWS);
        Storage full =
                new ForwardingStorage(new FileStorage()) {
                    @Override
                    public long usableBytes(Path directory) {
                        return 1000;
                    }
                };
        Store store = Caches.separate(directory, options(ReadMode.MAPPED), full);
        store.becomeWritable();
        List<Path> small = write(keys, store);
        HygieneCounts counts = store.upkeep().compact(false);
        assertThat(counts.removed().files()).isZero();
        assertThat(counts.keptFiles()).isEqualTo(small.size());
        assertThat(counts.kept().get(0).reason()).contains("no room");
        assertThat(segments()).isEqualTo(small);
        store.close();
    }

    /** A network filesystem, whose clock the test moves. */
    private static final class NetworkStorage extends ForwardingStorage {
        private long laterMs;

        NetworkStorage() {
            super(new FileStorage());
        }

        @Override
        public boolean isNetworkFilesystem(Path directory) {
            return true;
        }

        @Override
        public long lastModifiedMs(Path file) throws IOException {
            return super.lastModifiedMs(file) + (file.toString().endsWith(".tmp") ? laterMs : 0);
        }
    }

    @Test
    void compact_adayAfterFilesWereMovedToTheTrash_deletesThem() throws IOException {
        NetworkStorage storage = new NetworkStorage();
        Store store = Caches.separate(directory, options(ReadMode.AUTOMATIC), storage);
        store.becomeWritable();
        write(ExpectedRows.keys(KeyType.INT64, 0, ROWS), store);
        store.upkeep().compact(false);
        Path trash = Caches.paths(directory).trash();
        Path foreign = Files.writeString(trash.resolve("mine.txt"), "mine");
        int moved = TestFiles.below(trash, "").size();
        storage.laterMs = TimeUnit.HOURS.toMillis(23);
        store.upkeep().compact(false);
        assertThat(TestFiles.below(trash, "")).hasSize(moved);
        storage.laterMs = TimeUnit.HOURS.toMillis(25);
        store.upkeep().compact(false);
        assertThat(TestFiles.below(trash, "")).containsExactly(foreign);
        store.close();
    }

    /** As after a restore of a backup: its name is not known for ever. */
    @Test
    void compact_aReplacedFileIsThereAgain_isTakenUp() throws IOException {
        Keys keys = ExpectedRows.keys(KeyType.INT64, 0, ROWS);
        Store store = writable(ReadMode.MAPPED);
        Path replaced = write(keys, store).get(0);
        byte[] bytes = Files.readAllBytes(replaced);
        store.upkeep().compact(false);
        assertThat(store.catalog().refresh()).isZero();
        Files.write(replaced, bytes);
        assertThat(store.catalog().refresh()).isOne();
        assertThat(store.rowCount()).isEqualTo(ROWS);
        store.close();
    }

    @Test
    void compact_coveredFiles_writesASnapshotThatCoversTheNewOne() throws IOException {
        Keys keys = ExpectedRows.keys(KeyType.INT64, 0, ROWS);
        Map<StoreOption, Object> options = options(ReadMode.MAPPED);
        options.put(StoreOption.INDEX_SNAPSHOT_ROWS, (long) ROWS);
        Store store = Caches.separate(directory, options);
        store.becomeWritable();
        write(keys, store);
        store.upkeep().compact(false);
        assertThat(IndexSnapshotTest.heapEntries(store)).isZero();
        store.close();
        Store reopened = Caches.separate(directory, options);
        assertThat(IndexSnapshotTest.heapEntries(reopened)).isZero();
        Caches.assertAllRight(reopened, keys);
        reopened.close();
    }

    @Test
    void compact_filesThatWereCompacted_namesAllThatTheirRowsComeFrom() throws IOException {
        Store store = writable(ReadMode.MAPPED);
        List<Path> first = write(ExpectedRows.keys(KeyType.INT64, 0, 100), store);
        long oldestMs = lineage(first.get(0)).oldestRowMs();
        store.upkeep().compact(false);
        Path second = segments().get(0);
        Await.until("the clock goes on", () -> System.currentTimeMillis() > oldestMs + 2);
        List<Path> all = write(ExpectedRows.keys(KeyType.INT64, 100, 120), store);
        Lineage expected =
                new Lineage(
                        SegmentRanges.of(
                                Stream.concat(first.stream(), all.stream())
                                        .map(Verifier::nameOf)
                                        .toList()),
                        SegmentRanges.NONE,
                        oldestMs);
        store.upkeep().compact(false);
        assertThat(all).contains(second);
        assertThat(segments()).hasSize(1);
        assertThat(lineage(segments().get(0))).isEqualTo(expected);
        store.close();
    }

    /** A disk that changes a byte of the rows that it is given. */
    private static final class LyingStorage extends ForwardingStorage {
        private boolean lies;

        LyingStorage() {
            super(new FileStorage());
        }

        @Override
        public WritableFile create(Path file) throws IOException {
            WritableFile created = super.create(file);
            return new WritableFile() {
                @Override
                public int write(ByteBuffer source) throws IOException {
                    ByteBuffer bytes = ByteBuffer.allocate(source.remaining()).put(source);
                    if (lies && bytes.capacity() > 10_000) {
                        bytes.put(5000, (byte) ~bytes.get(5000));
                    }
                    created.writeFully(bytes.rewind());
                    return bytes.capacity();
                }

                @Override
                public void force() throws IOException {
                    created.force();
                }

                @Override
                public void close() throws IOException {
                    created.close();
                }
            };
        }
    }

    @Test
    void compact_theNewFileIsNotWhatWasWritten_keepsTheOldOnes() throws IOException {
        Keys keys = ExpectedRows.keys(KeyType.INT64, 0, ROWS);
        LyingStorage storage = new LyingStorage();
        Store store = Caches.separate(directory, options(ReadMode.MAPPED), storage);
        store.becomeWritable();
        List<Path> small = write(keys, store);
        storage.lies = true;
        assertThatThrownBy(() -> store.upkeep().compact(false))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is not what was written");
        assertThat(segments()).isEqualTo(small);
        Caches.assertAllRight(store, keys);
        store.close();
    }
}
