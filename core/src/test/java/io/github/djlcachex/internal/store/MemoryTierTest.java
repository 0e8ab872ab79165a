package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.internal.io.FileStorage;
import io.github.djlcachex.internal.segment.Outage;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.internal.segment.SegmentName;
import io.github.djlcachex.internal.segment.SegmentProof;
import io.github.djlcachex.internal.segment.WriterId;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

class MemoryTierTest {

    private static final SegmentName NAME = new SegmentName(WriterId.draw(), 0);

    /** The file that rows were read from, which nobody opens. */
    private static final SegmentFile ORIGIN =
            SegmentFile.later(
                    new FileStorage(),
                    Path.of(NAME.committedFile()),
                    NAME,
                    new SegmentProof(10, 0, 0),
                    false,
                    new Outage(),
                    () -> {});

    private static final Keys KEYS = TestRows.range(0, 10);

    private static void putAll(MemoryTier tier) {
        RowBatch batch = Caches.ROWS.batch(KEYS);
        for (int i = 0; i < KEYS.size(); i++) {
            tier.put(KEYS, i, batch);
        }
    }

    @Test
    void rows_thatWerePut_areCopiedToTheirPositions() {
        MemoryTier tier = new MemoryTier(1 << 20);
        putAll(tier);
        RowBatch into = RowBatch.allocate(Caches.ROWS.schema(), 2);
        Keys two = Keys.of(7, 3);
        assertThat(tier.search(two).copy(0, into)).isTrue();
        assertThat(tier.search(two).copy(1, into)).isTrue();
        assertThat(Caches.ROWS.isRight(two, 0, into)).isTrue();
        assertThat(Caches.ROWS.isRight(two, 1, into)).isTrue();
        assertThat(tier.search(Keys.of(10, 11)).copy(0, into)).isFalse();
        assertThat(tier.search(Keys.of(3L)).contains(0)).isTrue();
        assertThat(tier.search(Keys.of("3")).contains(0)).isFalse();
        tier.clear();
        assertThat(tier.search(Keys.of(3L)).contains(0)).isFalse();
    }

    @Test
    void search_ofInt64Keys_allocatesNothingForARow() {
        MemoryTier tier = new MemoryTier(1 << 20);
        putAll(tier);
        RowBatch into = RowBatch.allocate(Caches.ROWS.schema(), KEYS.size());
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        MemoryTier.Search search = tier.search(KEYS);
        long before = threads.getCurrentThreadAllocatedBytes();
        int hits = 0;
        for (int i = 0; i < 100_000; i++) {
            hits += search.copy(i % KEYS.size(), into) ? 1 : 0;
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(hits).isEqualTo(100_000);
        assertThat(allocated).as("bytes for %s hits", hits).isLessThan(hits);
    }

    /** Of which {@code Long} would have one hash. */
    @Test
    void search_ofKeysMadeOfTwoNumbers_findsEach() {
        MemoryTier tier = new MemoryTier(1 << 20);
        Keys keys = Keys.of(LongStream.range(0, 1000).map(i -> i << 32 | i).toArray());
        RowBatch batch = Caches.ROWS.batch(keys);
        for (int i = 0; i < keys.size(); i += 2) {
            tier.put(keys, i, batch);
        }
        MemoryTier.Search search = tier.search(keys);
        for (int i = 0; i < keys.size(); i++) {
            assertThat(search.contains(i)).isEqualTo(i % 2 == 0);
        }
    }

    @Test
    void rows_largerThanTheTier_areNotKept() {
        MemoryTier tier = new MemoryTier(Caches.ROWS.schema().rowBytes());
        putAll(tier);
        assertThat(tier.search(Keys.of(3L)).contains(0)).isFalse();
    }

    /**
     * Room for four rows. A tier that is not kept from it admits what it has seen more often than
     * those that it has: so the others come often.
     */
    @Test
    void rowsReadFast_intoAFullTier_evictNothing() {
        MemoryTier tier =
                new MemoryTier(4 * (Caches.ROWS.schema().rowBytes() + MemoryTier.ENTRY_BYTES));
        RowBatch batch = Caches.ROWS.batch(KEYS);
        putAll(tier);
        List<Integer> held = held(tier);
        assertThat(held).isNotEmpty().hasSizeLessThanOrEqualTo(4);
        for (int round = 0; round < 20; round++) {
            for (int i = 0; i < KEYS.size(); i++) {
                if (!held.contains(i)) {
                    tier.putReadIfRoom(KEYS, i, batch, ORIGIN, () -> true);
                }
            }
        }
        assertThat(held(tier)).isEqualTo(held);
        tier.remove(KEYS, held.get(0));
        tier.putReadIfRoom(KEYS, held.get(0), batch, ORIGIN, () -> true);
        assertThat(held(tier)).isEqualTo(held);
        tier.clear();
        tier.putReadIfRoom(KEYS, 9, batch, ORIGIN, () -> true);
        assertThat(held(tier)).containsExactly(9);
    }

    /** The tier admits in place of others what is asked for more often. */
    @Test
    void rowsReadSlowly_intoAFullTier_takeThePlaceOfOthers(@TempDir Path directory) {
        try (FeatureCache filled = Caches.at(directory).open()) {
            Caches.put(filled, KEYS);
        }
        FaultyStorage slow = new FaultyStorage();
        long tierBytes = 4 * (Caches.ROWS.schema().rowBytes() + MemoryTier.ENTRY_BYTES);
        try (FeatureCache cache =
                Caches.at(directory, slow)
                        .readMode(ReadMode.POSITIONAL)
                        .memoryTierBytes(tierBytes)
                        .open()) {
            slow.rule((op, file) -> LockSupport.parkNanos(1_000_000));
            gatherOneByOne(cache);
            long before = gatherOneByOne(cache);
            assertThat(before).isLessThan(KEYS.size());
            int evicted = 0;
            while (isInMemory(cache, evicted)) {
                evicted++;
            }
            for (int i = 0; i < 10; i++) {
                isInMemory(cache, evicted);
            }
            assertThat(isInMemory(cache, evicted)).isTrue();
        }
    }

    private static long gatherOneByOne(FeatureCache cache) {
        return IntStream.range(0, KEYS.size()).filter(i -> isInMemory(cache, i)).count();
    }

    private static boolean isInMemory(FeatureCache cache, int position) {
        RowBatch into = RowBatch.allocate(Caches.ROWS.schema(), 1);
        long before = cache.stats().memoryHits();
        assertThat(cache.gather(KEYS.select(new int[] {position}), into).isComplete()).isTrue();
        return cache.stats().memoryHits() > before;
    }

    private static List<Integer> held(MemoryTier tier) {
        return IntStream.range(0, KEYS.size())
                .filter(i -> tier.search(KEYS).contains(i))
                .boxed()
                .toList();
    }

    /** A positional read of the index costs as much as one of the row. */
    @Test
    void gather_ofRowsInTheTierAmongOthers_readsTheOthersAlone(@TempDir Path directory) {
        Keys all = TestRows.range(0, 400);
        try (FeatureCache cache = Caches.at(directory).indexSnapshotRows(1).open()) {
            Caches.putAndFlush(cache, all);
        }
        FaultyStorage storage = new FaultyStorage();
        try (FeatureCache cache =
                Caches.at(directory, storage).readMode(ReadMode.POSITIONAL).open()) {
            Keys even = Keys.of(LongStream.range(0, 200).map(i -> 2 * i).toArray());
            Caches.assertAllRight(cache, even);
            long reads = storage.filesOf(FaultyStorage.Op.READ).size();
            Caches.assertAllRight(cache, even);
            assertThat(storage.filesOf(FaultyStorage.Op.READ)).hasSize((int) reads);
            Caches.assertAllRight(cache, all);
            assertThat(cache.stats().memoryHits()).isEqualTo(400);
            assertThat(cache.stats().diskHits()).isEqualTo(400);
            assertThat(cache.missing(Keys.of(1, 400))).containsExactly(1);
        }
    }

    @Test
    void row_changedAfterItWasPut_isAsItWas() {
        MemoryTier tier = new MemoryTier(1 << 20);
        RowBatch batch = Caches.ROWS.batch(KEYS);
        tier.put(KEYS, 4, batch);
        batch.buffer(0).put(4 * 64, (byte) ~batch.buffer(0).get(4 * 64));
        RowBatch into = RowBatch.allocate(Caches.ROWS.schema(), 1);
        assertThat(tier.search(Keys.of(4)).copy(0, into)).isTrue();
        assertThat(Caches.ROWS.isRight(Keys.of(4), 0, into)).isTrue();
    }
}
