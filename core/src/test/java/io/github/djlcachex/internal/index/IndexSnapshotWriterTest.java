package io.github.djlcachex.internal.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.LongKeys;
import io.github.djlcachex.row.StringKeys;
import io.github.djlcachex.testing.Collisions;
import io.github.djlcachex.testing.ExpectedRows;
import io.github.djlcachex.testing.HeapStorage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Index snapshots of keys in memory, against a map. */
class IndexSnapshotWriterTest {

    private static final Path PATH = Path.of("/index/checkpoint");
    private static final long SEED = 42;
    private static final int BLOCK = SnapshotLayout.BLOCK_BYTES;

    private final HeapStorage storage = new HeapStorage();
    private final List<Source> sources = new ArrayList<>();

    private record Source(String fileName, Keys keys) implements KeySource {
        @Override
        public int rows() {
            return keys.size();
        }

        @Override
        public int metadataCrc() {
            return fileName.hashCode();
        }

        @Override
        public int keysCrc() {
            return keys.hashCode();
        }

        @Override
        public Keys readKeys() {
            return keys;
        }

        @Override
        public boolean hasKey(int row, StringKeys others, int position) {
            return keys.getObject(row).equals(others.getObject(position));
        }
    }

    private void add(Keys keys) {
        sources.add(new Source("segment-" + sources.size(), keys));
    }

    private IndexSnapshotFile write(KeyType type, int partBytes, boolean mapped)
            throws IOException {
        new IndexSnapshotWriter(type, SEED, sources, partBytes, () -> false).write(storage, PATH);
        return IndexSnapshotFile.open(storage, PATH, type, SEED, mapped);
    }

    private IndexSnapshot bound(IndexSnapshotFile file) {
        return new IndexSnapshot(
                file,
                IntStream.range(0, sources.size()).map(i -> i + 100).toArray(),
                (address, keys, position) ->
                        sources.get(Address.source(address) - 100)
                                .hasKey(Address.row(address), keys, position));
    }

    private static long find(IndexSnapshot snapshot, Keys keys, int position) {
        return snapshot.find(KeyHashes.of(keys, position, SEED), keys, position);
    }

    private void assertFindAllAgrees(IndexSnapshot snapshot, Keys absent) {
        RowIndex index = RowIndex.create(absent.type(), SEED, (address, keys, position) -> false);
        index.attach(snapshot);
        List<Keys> batches = new ArrayList<>(List.of(absent));
        sources.forEach(source -> batches.add(source.keys()));
        for (Keys keys : batches) {
            long[] addresses = new long[keys.size()];
            index.findAll(keys, 0, keys.size(), new boolean[keys.size()], addresses);
            for (int i = 0; i < addresses.length; i++) {
                assertThat(addresses[i]).isEqualTo(find(snapshot, keys, i));
            }
        }
    }

    /** Every key leads to its first row; nothing else leads anywhere. */
    private void assertLikeAMap(IndexSnapshotFile file, Keys absent) {
        IndexSnapshot snapshot = bound(file);
        Map<Object, Long> model = new HashMap<>();
        for (int s = 0; s < sources.size(); s++) {
            Keys keys = sources.get(s).keys();
            for (int row = 0; row < keys.size(); row++) {
                model.putIfAbsent(keys.getObject(row), Address.of(100 + s, row));
            }
        }
        for (Source source : sources) {
            for (int row = 0; row < source.rows(); row++) {
                assertThat(find(snapshot, source.keys(), row))
                        .isEqualTo(model.get(source.keys().getObject(row)));
            }
        }
        for (int i = 0; i < absent.size(); i++) {
            assertThat(find(snapshot, absent, i)).isEqualTo(Address.NONE);
        }
        assertFindAllAgrees(snapshot, absent);
        assertThat(snapshot.damaged()).isFalse();
        assertThat(file.entries()).isEqualTo(model.size());
        assertThat(snapshot.count((word, address) -> true)).isEqualTo(model.size());
        long hidden = file.segments().stream().mapToLong(CoveredSegment::hiddenCopies).sum();
        long rows = sources.stream().mapToLong(Source::rows).sum();
        assertThat(rows - hidden).isEqualTo(model.size());
    }

    @ParameterizedTest
    @CsvSource({
        "INT64, 4096, true",
        "INT64, 20480, false",
        "INT64, 1000000, true",
        "UTF8, 4096, true",
        "UTF8, 20480, false",
        "UTF8, 1000000, true"
    })
    void write_keysOfOverlappingSegments_isAMapWhereTheFirstWins(
            KeyType type, int partBytes, boolean mapped) throws IOException {
        add(ExpectedRows.keys(type, 0, 1000));
        add(ExpectedRows.keys(type, 500, 2500));
        add(ExpectedRows.keys(type, 0, 1));
        add(ExpectedRows.keys(type, 2400, 5000));
        assertLikeAMap(write(type, partBytes, mapped), ExpectedRows.keys(type, 6000, 7000));
    }

    @Test
    void write_singleKey_isFound() throws IOException {
        add(Keys.of(Long.MIN_VALUE));
        assertLikeAMap(write(KeyType.INT64, BLOCK, true), Keys.of(0, -1, Long.MAX_VALUE));
    }

    /** 600 keys of 600 rows whose natural block is one and the same. */
    private static LongKeys crowd(int block, int homeBlocks) {
        return Keys.of(
                LongStream.iterate(0, key -> key + 1)
                        .filter(key -> blockOf(key, homeBlocks) == block)
                        .limit(600)
                        .toArray());
    }

    private static int blockOf(long key, int homeBlocks) {
        return SnapshotLayout.block(SnapshotLayout.mix(key, SEED), homeBlocks);
    }

    @ParameterizedTest
    @CsvSource({"0, 4096", "1, 4096", "3, 4096", "3, 1000000", "0, 8192"})
    void write_moreKeysThanABlockHolds_goesOnInTheNext(int block, int partBytes)
            throws IOException {
        LongKeys crowd = crowd(block, 4);
        add(crowd);
        IndexSnapshotFile file = write(KeyType.INT64, partBytes, true);
        assertThat(file.footer().homeBlocks()).isEqualTo(4);
        long[] absent =
                LongStream.iterate(crowd.get(599) + 1, key -> key + 1)
                        .filter(key -> blockOf(key, 4) == block)
                        .limit(100)
                        .toArray();
        assertLikeAMap(file, Keys.of(absent));
    }

    @Test
    void write_keysWithOneHash_areToldApart() throws IOException {
        List<String> colliding = Collisions.of(SEED, 6);
        add(Keys.ofStrings(colliding.subList(0, 3)));
        add(Keys.ofStrings(colliding.subList(2, 5)));
        assertLikeAMap(write(KeyType.UTF8, BLOCK, true), Keys.ofStrings(colliding.subList(5, 6)));
    }

    /** More than the next 16 blocks hold: no such file is written, rather than a wrong one. */
    @Test
    void write_hashesThatAreAllAlike_isGivenUp() {
        long[] keys = new long[6000];
        java.util.Arrays.setAll(keys, i -> i);
        KeySource alike =
                new KeySource() {
                    @Override
                    public String fileName() {
                        return "alike";
                    }

                    @Override
                    public int rows() {
                        return 1; // so that there is one natural block
                    }

                    @Override
                    public int metadataCrc() {
                        return 0;
                    }

                    @Override
                    public int keysCrc() {
                        return 0;
                    }

                    @Override
                    public Keys readKeys() {
                        return Keys.of(keys);
                    }

                    @Override
                    public boolean hasKey(int row, StringKeys others, int position) {
                        return false;
                    }
                };
        IndexSnapshotWriter writer =
                new IndexSnapshotWriter(KeyType.INT64, SEED, List.of(alike), BLOCK, () -> false);
        assertThatThrownBy(() -> writer.write(storage, PATH))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("alike");
    }

    @Test
    void write_cancelled_isGivenUp() {
        add(Keys.of(1));
        assertThatThrownBy(
                        () ->
                                new IndexSnapshotWriter(
                                                KeyType.INT64, SEED, sources, BLOCK, () -> true)
                                        .write(storage, PATH))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("given up");
    }

    @Test
    void open_ofAnotherGenerationOrKeyType_isRefused() throws IOException {
        add(Keys.of(1, 2, 3));
        write(KeyType.INT64, BLOCK, true);
        assertThatThrownBy(
                        () -> IndexSnapshotFile.open(storage, PATH, KeyType.INT64, SEED + 1, true))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("another generation");
        assertThatThrownBy(() -> IndexSnapshotFile.open(storage, PATH, KeyType.UTF8, SEED, true))
                .isInstanceOf(CorruptFileException.class);
    }

    @Test
    void find_inASegmentThatIsGone_isNothing() throws IOException {
        add(Keys.of(1, 2));
        add(Keys.of(3));
        IndexSnapshotFile file = write(KeyType.INT64, BLOCK, true);
        IndexSnapshot snapshot =
                new IndexSnapshot(file, new int[] {IndexSnapshot.GONE, 5}, (a, k, p) -> false);
        assertThat(find(snapshot, Keys.of(1, 3), 0)).isEqualTo(Address.NONE);
        assertThat(find(snapshot, Keys.of(1, 3), 1)).isEqualTo(Address.of(5, 0));
    }

    @Test
    void attach_ofWhatTheHeapHas_dropsItButNotAHiddenCopy() throws IOException {
        add(Keys.of(1, 2));
        add(Keys.of(2, 3));
        add(Keys.of(4));
        IndexSnapshot snapshot = bound(write(KeyType.INT64, BLOCK, true));
        RowIndex index = RowIndex.create(KeyType.INT64, SEED, (a, k, p) -> false);
        Keys keys = Keys.of(1, 2, 3, 4, 5);
        long[] addresses = {
            Address.of(100, 0),
            Address.of(101, 0), // the snapshot leads to the copy in 100
            Address.of(101, 1),
            Address.of(102, 0),
            Address.of(103, 0)
        };
        for (int i = 0; i < addresses.length; i++) {
            index.put(keys, i, addresses[i]);
        }
        index.attach(snapshot);
        assertThat(index.size()).isEqualTo(2);
        long[] found = new long[addresses.length];
        index.findAll(keys, 0, keys.size(), new boolean[keys.size()], found);
        assertThat(found).isEqualTo(addresses);
    }

    /** Like a file that is opened by its name again after another process has replaced it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void find_inABlockOfAnotherSnapshot_isNothingAndDamage(boolean mapped) throws IOException {
        add(Keys.of(1, 2, 3));
        add(Keys.of(4, 5, 6));
        write(KeyType.INT64, BLOCK, true);
        byte[] inOneOrder = storage.get(PATH);
        storage.delete(PATH);
        Collections.reverse(sources);
        write(KeyType.INT64, BLOCK, true);
        byte[] spliced = storage.get(PATH).clone();
        System.arraycopy(inOneOrder, 0, spliced, 0, BLOCK);
        storage.put(PATH, spliced);
        IndexSnapshotFile file = IndexSnapshotFile.open(storage, PATH, KeyType.INT64, SEED, mapped);
        IndexSnapshot snapshot = bound(file);
        assertThat(find(snapshot, Keys.of(1), 0)).isEqualTo(Address.NONE);
        assertThat(snapshot.damaged()).isTrue();
    }

    @Test
    void covers_theSegmentsInTheirOrder_andNothingElse() throws IOException {
        add(Keys.of(1, 2, 3));
        add(Keys.of(4, 5, 6));
        IndexSnapshotFile file = write(KeyType.INT64, BLOCK, true);
        Source first = sources.get(0);
        Source second = sources.get(1);
        assertThat(file.covers(List.of(first, second))).isTrue();
        assertThat(file.covers(List.of(second, first))).isFalse();
        assertThat(file.covers(List.of(first))).isFalse();
        assertThat(file.covers(List.of(first, second, second))).isFalse();
        assertThat(file.covers(List.of(first, new Source(second.fileName(), Keys.of(4, 5)))))
                .isFalse();
    }
}
