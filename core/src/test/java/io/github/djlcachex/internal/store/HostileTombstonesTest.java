package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.internal.io.FileStorage;
import io.github.djlcachex.internal.segment.Contract;
import io.github.djlcachex.internal.segment.ForgedTombstones;
import io.github.djlcachex.internal.segment.Lineage;
import io.github.djlcachex.internal.segment.OpenSegment;
import io.github.djlcachex.internal.segment.RowCrc;
import io.github.djlcachex.internal.segment.SegmentDraft;
import io.github.djlcachex.internal.segment.SegmentName;
import io.github.djlcachex.internal.segment.SegmentRanges;
import io.github.djlcachex.internal.segment.SegmentWriter;
import io.github.djlcachex.internal.segment.WriterId;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.testing.ExpectedRows;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Tombstones that somebody else put into the directory, to break what reads them. */
@Timeout(60)
class HostileTombstonesTest {

    private static final Keys KEYS = ExpectedRows.keys(KeyType.INT64, 0, 100);
    private static final Map<StoreOption, Object> QUIET =
            Map.of(StoreOption.REFRESH_INTERVAL_MS, 0L, StoreOption.SEGMENT_ROWS, 10L);

    @TempDir Path outside;

    @TempDir Path directory;

    private final WriterId writer = WriterId.draw();
    private StorePaths paths;
    private Contract contract;

    @BeforeEach
    void writeRows() throws IOException {
        paths = Caches.paths(directory);
        Store store = open();
        assertThat(Caches.put(store, KEYS).stored()).isEqualTo(KEYS.size());
        assertThat(store.flush()).isTrue();
        contract = Objects.requireNonNull(store.state()).contract();
        Caches.close(store);
        Files.createDirectories(paths.deletions());
    }

    private Store open() throws IOException {
        Store store = Caches.separate(directory, QUIET);
        store.becomeWritable();
        return store;
    }

    private Path forge(int sequence, Keys keys, SegmentRanges covers) throws IOException {
        SegmentName name = new SegmentName(writer, sequence);
        return ForgedTombstones.write(paths.deletions(), name, contract, keys, covers);
    }

    private SegmentRanges all() throws IOException {
        return SegmentRanges.of(
                new FileStorage()
                        .list(paths.segments()).stream()
                                .flatMap(
                                        name ->
                                                SegmentName.parse(name, SegmentName.COMMITTED)
                                                        .stream())
                                .toList());
    }

    @Test
    void coversOfABillionNamesAndAMillionKeys_costNoMoreThanTheirFile() throws IOException {
        forge(0, Keys.of(1, 2), ForgedTombstones.ranges(WriterId.draw() + ":0-999999999999999999"));
        forge(1, ExpectedRows.keys(KeyType.INT64, 50, 1_000_050), all());
        Store store = open();
        assertThat(Caches.rightHits(store, KEYS)).isEqualTo(50);
        store.upkeep().compact(false);
        assertThat(Caches.rightHits(store, KEYS)).isEqualTo(50);
        Caches.close(store);
    }

    /** A segment that is derived from itself, and a tombstone that covers itself. */
    @Test
    void lineageInACircle_endsAndServesEachRowOrNone() throws IOException {
        SegmentName own = new SegmentName(writer, 7);
        SegmentName tombstone = new SegmentName(writer, 8);
        Keys keys = ExpectedRows.keys(KeyType.INT64, 200, 210);
        write(own, keys, new Lineage(SegmentRanges.of(List.of(own)), SegmentRanges.NONE, 1));
        SegmentName knowing = new SegmentName(writer, 9);
        Keys known = ExpectedRows.keys(KeyType.INT64, 300, 310);
        SegmentRanges circle = SegmentRanges.of(List.of(own, knowing, tombstone));
        write(knowing, known, new Lineage(circle, circle, 1));
        ForgedTombstones.write(
                paths.deletions(),
                tombstone,
                contract,
                Keys.of(200, 300),
                SegmentRanges.of(List.of(own, tombstone)));
        Store store = open();
        assertThat(Caches.rightHits(store, keys)).isEqualTo(9);
        assertThat(Caches.rightHits(store, known)).isEqualTo(10);
        store.upkeep().compact(false);
        assertThat(Caches.rightHits(store, keys)).isEqualTo(9);
        Caches.close(store);
        Store again = open();
        assertThat(Caches.rightHits(again, keys)).isEqualTo(9);
        Caches.assertAllRight(again, KEYS);
        Caches.close(again);
    }

    private void write(SegmentName name, Keys keys, Lineage lineage) throws IOException {
        RowBatch rows = Caches.ROWS.batch(keys);
        RowCrc crc = new RowCrc(rows);
        OpenSegment segment = new OpenSegment(contract, 1 << 20, keys.size(), 0);
        for (int i = 0; i < keys.size(); i++) {
            segment.append(keys, rows, i, crc.of(keys, i, i));
        }
        SegmentWriter segments = new SegmentWriter(new FileStorage(), paths.segments(), false);
        try (SegmentDraft draft = segments.begin(name)) {
            draft.commit(segment, 1, lineage);
        }
    }

    @Test
    void linkDirectoryAndPipeInPlaceOfATombstone_arePassedOverAndNothingOutsideIsTouched()
            throws Exception {
        Path target = forge(0, KEYS, all());
        Path moved = Files.move(target, outside.resolve("target.arrow"));
        Files.createSymbolicLink(target, moved);
        Files.createDirectory(
                paths.deletions().resolve(new SegmentName(writer, 1).committedFile()));
        Path pipe = paths.deletions().resolve(new SegmentName(writer, 2).committedFile());
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        Store store = open();
        Caches.assertAllRight(store, KEYS);
        assertThat(store.catalog().awaitsAnotherListing()).isFalse();
        store.upkeep().remove(KEYS.select(new int[] {3}), false);
        assertThat(Caches.rightHits(store, KEYS)).isEqualTo(99);
        Files.delete(paths.deletions().resolve(new SegmentName(writer, 1).committedFile()));
        store.upkeep().clear();
        assertThat(moved).exists();
        Caches.close(store);
    }

    @Test
    void linkInPlaceOfTheDirectoryOfTombstones_isRefused() throws IOException {
        Path foreign = forge(0, KEYS, all());
        Path moved = Files.move(foreign, outside.resolve(foreign.getFileName()));
        Files.delete(paths.deletions());
        Files.createSymbolicLink(paths.deletions(), outside);
        assertThatThrownBy(
                        () -> {
                            try (FeatureCache cache = Caches.at(directory).open()) {
                                cache.clear();
                            }
                        })
                .isInstanceOf(CacheIoException.class)
                .hasMessageContaining("a symbolic link");
        assertThat(moved).exists();
    }

    @Test
    void thousandsOfTombstones_areOpenedAndEachIsObeyed() throws IOException {
        SegmentRanges covers = all();
        for (int i = 0; i < 2_000; i++) {
            forge(i, Keys.of(i, 1_000_000 + i), covers);
        }
        Store store = open();
        assertThat(Caches.rightHits(store, KEYS)).isZero();
        assertThat(Caches.put(store, KEYS).stored()).isEqualTo(KEYS.size());
        assertThat(store.flush()).isTrue();
        Caches.assertAllRight(store, KEYS);
        Caches.close(store);
    }
}
