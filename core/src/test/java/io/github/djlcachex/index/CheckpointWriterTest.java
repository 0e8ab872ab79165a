package io.github.djlcachex.index;

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

/** Checkpoints of keys in memory, against a map. */
class CheckpointWriterTest {

    private static final Path PATH = Path.of("/index/checkpoint");
    private static final long SEED = 42;
    private static final int BLOCK = CheckpointLayout.BLOCK_BYTES;

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
            return keys.boxed(row).equals(others.boxed(position));
        }
    }

    private void add(Keys keys) {
        sources.add(new Source("segment-" + sources.size(), keys));
    }

    private CheckpointFile write(KeyType type, int partBytes, boolean mapped) throws IOException {
        new CheckpointWriter(type, SEED, sources, partBytes, () -> false).write(storage, PATH);
        return CheckpointFile.open(storage, PATH, type, SEED, mapped);
    }

    private Checkpoint bound(CheckpointFile file) {
        return new Checkpoint(
                file,
                IntStream.range(0, sources.size()).map(i -> i + 100).toArray(),
                (address, keys, position) ->
                        sources.get(Address.source(address) - 100)
                                .hasKey(Address.row(address), keys, position));
    }

    private static long find(Checkpoint checkpoint, Keys keys, int position) {
        return checkpoint.find(KeyWords.of(keys, position, SEED), keys, position);
    }

    private void assertFindAllAgrees(Checkpoint checkpoint, Keys absent) {
        RowIndex index = RowIndex.create(absent.type(), SEED, (address, keys, position) -> false);
        index.attach(checkpoint);
        List<Keys> batches = new ArrayList<>(List.of(absent));
        sources.forEach(source -> batches.add(source.keys()));
        for (Keys keys : batches) {
            long[] addresses = new long[keys.size()];
            index.findAll(keys, 0, keys.size(), new boolean[keys.size()], addresses);
            for (int i = 0; i < addresses.length; i++) {
                assertThat(addresses[i]).isEqualTo(find(checkpoint, keys, i));
            }
        }
    }

    /** Every key leads to its first row; nothing else leads anywhere. */
    private void assertLikeAMap(CheckpointFile file, Keys absent) {
        Checkpoint checkpoint = bound(file);
        Map<Object, Long> model = new HashMap<>();
        for (int s = 0; s < sources.size(); s++) {
            Keys keys = sources.get(s).keys();
            for (int row = 0; row < keys.size(); row++) {
                model.putIfAbsent(keys.boxed(row), Address.of(100 + s, row));
            }
        }
        for (Source source : sources) {
            for (int row = 0; row < source.rows(); row++) {
                assertThat(find(checkpoint, source.keys(), row))
                        .isEqualTo(model.get(source.keys().boxed(row)));
            }
        }
        for (int i = 0; i < absent.size(); i++) {
            assertThat(find(checkpoint, absent, i)).isEqualTo(Address.NONE);
        }
        assertFindAllAgrees(checkpoint, absent);
        assertThat(checkpoint.damaged()).isFalse();
        assertThat(file.entries()).isEqualTo(model.size());
        assertThat(checkpoint.count((word, address) -> true)).isEqualTo(model.size());
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
    private static LongKeys crowd(int block, int naturalBlocks) {
        return Keys.of(
                LongStream.iterate(0, key -> key + 1)
                        .filter(key -> blockOf(key, naturalBlocks) == block)
                        .limit(600)
                        .toArray());
    }

    private static int blockOf(long key, int naturalBlocks) {
        return CheckpointLayout.block(CheckpointLayout.mix(key, SEED), naturalBlocks);
    }

    @ParameterizedTest
    @CsvSource({"0, 4096", "1, 4096", "3, 4096", "3, 1000000", "0, 8192"})
    void write_moreKeysThanABlockHolds_goesOnInTheNext(int block, int partBytes)
            throws IOException {
        LongKeys crowd = crowd(block, 4);
        add(crowd);
        CheckpointFile file = write(KeyType.INT64, partBytes, true);
        assertThat(file.footer().naturalBlocks()).isEqualTo(4);
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
        CheckpointWriter writer =
                new CheckpointWriter(KeyType.INT64, SEED, List.of(alike), BLOCK, () -> false);
        assertThatThrownBy(() -> writer.write(storage, PATH))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("alike");
    }

    @Test
    void write_cancelled_isGivenUp() {
        add(Keys.of(1));
        assertThatThrownBy(
                        () ->
                                new CheckpointWriter(
                                                KeyType.INT64, SEED, sources, BLOCK, () -> true)
                                        .write(storage, PATH))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("given up");
    }

    @Test
    void open_ofAnotherGenerationOrKeyType_isRefused() throws IOException {
        add(Keys.of(1, 2, 3));
        write(KeyType.INT64, BLOCK, true);
        assertThatThrownBy(() -> CheckpointFile.open(storage, PATH, KeyType.INT64, SEED + 1, true))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("another generation");
        assertThatThrownBy(() -> CheckpointFile.open(storage, PATH, KeyType.UTF8, SEED, true))
                .isInstanceOf(CorruptFileException.class);
    }

    @Test
    void find_inASegmentThatIsGone_isNothing() throws IOException {
        add(Keys.of(1, 2));
        add(Keys.of(3));
        CheckpointFile file = write(KeyType.INT64, BLOCK, true);
        Checkpoint checkpoint =
                new Checkpoint(file, new int[] {Checkpoint.GONE, 5}, (a, k, p) -> false);
        assertThat(find(checkpoint, Keys.of(1, 3), 0)).isEqualTo(Address.NONE);
        assertThat(find(checkpoint, Keys.of(1, 3), 1)).isEqualTo(Address.of(5, 0));
    }

    @Test
    void attach_ofWhatTheHeapHas_dropsItButNotAHiddenCopy() throws IOException {
        add(Keys.of(1, 2));
        add(Keys.of(2, 3));
        add(Keys.of(4));
        Checkpoint checkpoint = bound(write(KeyType.INT64, BLOCK, true));
        RowIndex index = RowIndex.create(KeyType.INT64, SEED, (a, k, p) -> false);
        Keys keys = Keys.of(1, 2, 3, 4, 5);
        long[] addresses = {
            Address.of(100, 0),
            Address.of(101, 0), // the checkpoint leads to the copy in 100
            Address.of(101, 1),
            Address.of(102, 0),
            Address.of(103, 0)
        };
        for (int i = 0; i < addresses.length; i++) {
            index.put(keys, i, addresses[i]);
        }
        index.attach(checkpoint);
        assertThat(index.size()).isEqualTo(2);
        long[] found = new long[addresses.length];
        index.findAll(keys, 0, keys.size(), new boolean[keys.size()], found);
        assertThat(found).isEqualTo(addresses);
    }

    /** Like a file that is opened by its name again after another process has replaced it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void find_inABlockOfAnotherCheckpoint_isNothingAndDamage(boolean mapped) throws IOException {
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
        CheckpointFile file = CheckpointFile.open(storage, PATH, KeyType.INT64, SEED, mapped);
        Checkpoint checkpoint = bound(file);
        assertThat(find(checkpoint, Keys.of(1), 0)).isEqualTo(Address.NONE);
        assertThat(checkpoint.damaged()).isTrue();
    }

    @Test
    void covers_theSegmentsInTheirOrder_andNothingElse() throws IOException {
        add(Keys.of(1, 2, 3));
        add(Keys.of(4, 5, 6));
        CheckpointFile file = write(KeyType.INT64, BLOCK, true);
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
