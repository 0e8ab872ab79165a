package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.testing.ExpectedRows;
import io.github.djlcachex.testing.FailAtOperation;
import io.github.djlcachex.testing.FailAtOperation.Mode;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.ForgettingStorage;
import io.github.djlcachex.testing.Reliability;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * Compactions that are disturbed at each of their operations: by another compactor, a deletion, a
 * fault, a power loss. All rows were acknowledged before, and some removed.
 */
@Tag("variable-rows")
class CompactionFaultsTest {

    private static final Path ROOT = Path.of("/compaction");
    private static final Path CACHE = ROOT.resolve("cache");
    private static final int ROWS = 40;
    private static final int REMOVED = 3;
    private static final int PUT_AGAIN = 4;
    private static final int DAMAGES = Reliability.runs(2, 20);

    private KeyType type = KeyType.INT64;
    private ReadMode mode = ReadMode.MAPPED;
    private ForgettingStorage base = new ForgettingStorage(ROOT);
    private long segmentBytes = 1 << 20;
    private Disturbance disturbed = store -> store.upkeep().compact(false);

    private interface Disturbance {
        void by(Store store) throws IOException;
    }

    private Keys keys(int from, int to) {
        return ExpectedRows.keys(type, from, to);
    }

    private Store open(Storage storage) throws IOException {
        Map<StoreOption, Object> options = new HashMap<>(CompactionScenario.options(mode));
        options.put(StoreOption.SEGMENT_ROWS, 10L);
        options.put(StoreOption.INDEX_SNAPSHOT_ROWS, 30L);
        options.put(StoreOption.SEGMENT_BYTES, segmentBytes);
        Store store = Caches.separate(CACHE, options, storage);
        store.becomeWritable();
        return store;
    }

    private static void put(Store store, Keys keys) {
        Caches.put(store, keys);
        assertThat(store.flush()).isTrue();
    }

    /** Rows in many files, some of them in two, one removed, one removed and put again. */
    @BeforeEach
    void prepare() throws IOException {
        base = new ForgettingStorage(ROOT);
        Store blind = open(base);
        Store first = open(base);
        put(first, keys(0, 25));
        put(blind, keys(15, ROWS));
        first.upkeep().remove(keys(REMOVED, PUT_AGAIN + 1), false);
        put(first, keys(PUT_AGAIN, PUT_AGAIN + 1));
        blind.close();
        first.catalog().refresh();
        first.close();
        assertThat(StorePaths.of(CACHE, Caches.MODULE, "").hasSnapshot(base)).isTrue();
    }

    private void assertServes(Store store, int... removed) {
        assertThat(Caches.rightHits(store, keys(0, ROWS))).isEqualTo(ROWS - removed.length);
        for (int key : removed) {
            assertThat(store.missing(keys(key, key + 1))).as("removed key %s", key).hasSize(1);
        }
    }

    private void assertServed(ForgettingStorage disk, int... removed) throws IOException {
        Store store = open(disk);
        assertServes(store, removed);
        store.close();
    }

    /** Disturbs at each operation in turn; returns how many there are. */
    private long atEachOperation(Disturbance disturbance, int... removed) throws IOException {
        long at = 0;
        boolean reached = true;
        while (reached) {
            at++;
            reached = disturbAt(at, disturbance, removed);
        }
        return at;
    }

    private boolean disturbAt(long at, Disturbance disturbance, int... removed) throws IOException {
        ForgettingStorage disk = base.settledCopy();
        FaultyStorage storage = new FaultyStorage(disk);
        AtomicLong count = new AtomicLong();
        Store store = open(storage);
        storage.rule(
                (op, file) -> {
                    if (count.incrementAndGet() == at) {
                        Store other = open(disk);
                        disturbance.by(other);
                        other.close();
                    }
                });
        try {
            disturbed.by(store);
        } catch (IOException e) {
            assertThat(count.get()).as("after %s", e).isGreaterThanOrEqualTo(at);
        }
        storage.heal();
        if (count.get() < at) {
            store.close();
            return false;
        }
        try {
            store.catalog().refresh();
            store.catalog().refresh();
            assertServes(store, removed);
            store.close();
            assertServed(disk, removed);
            Store later = open(disk);
            later.upkeep().compact(false);
            assertServes(later, removed);
            later.close();
            assertServed(disk, removed);
        } catch (AssertionError e) {
            throw new AssertionError("disturbed at operation " + at + " of " + count, e);
        }
        return true;
    }

    @Test
    void compaction_anotherOneRunsAtAnyOperation_losesNoRow() throws IOException {
        long operations = atEachOperation(other -> other.upkeep().compact(false), REMOVED);
        assertThat(operations).isGreaterThan(100);
    }

    @Test
    void compaction_ofPositionalFilesWithTexts_losesNoRow() throws IOException {
        type = KeyType.UTF8;
        mode = ReadMode.POSITIONAL;
        prepare();
        atEachOperation(other -> other.upkeep().compact(false), REMOVED);
    }

    /** In the middle of a compaction, which then commits rows that it copied before. */
    @Test
    void compaction_rowsAreRemovedAtAnyOperation_staysRemoved() throws IOException {
        atEachOperation(
                other -> {
                    other.upkeep().remove(keys(7, 9), false);
                    put(other, keys(8, 9));
                },
                REMOVED,
                7);
    }

    /** The other one takes the output of the first removal as its input. */
    @Test
    void compaction_rowsAreRemovedAndCompactedAtAnyOperation_staysRemoved() throws IOException {
        atEachOperation(
                other -> {
                    other.upkeep().remove(keys(7, 9), false);
                    put(other, keys(8, 9));
                    other.upkeep().compact(false);
                },
                REMOVED,
                7);
    }

    /** When its tombstone is committed it names files that have been replaced. */
    @Test
    void removal_anotherCompactsAtAnyOperation_staysRemoved() throws IOException {
        disturbed = store -> store.upkeep().remove(keys(7, 9), false);
        long operations = atEachOperation(other -> other.upkeep().compact(false), REMOVED, 7, 8);
        assertThat(operations).isGreaterThan(10);
    }

    @Test
    void compaction_allIsClearedAtAnyOperation_bringsNothingBack() throws IOException {
        atEachOperation(other -> other.upkeep().clear(), IntStream.range(0, ROWS).toArray());
    }

    /**
     * Each row is in a large file and in a small one, which are of different groups. One compactor
     * cannot open the large one. If it dropped rows of the small ones for those in the large one,
     * and the other compactor those of the large one for those in the small ones, they were lost.
     */
    @Test
    void compaction_copiesAreInFilesOfOtherGroups_losesNoRow() throws IOException {
        type = KeyType.UTF8;
        base = new ForgettingStorage(ROOT);
        Path large = prepareCopies();
        boolean reached = true;
        for (long at = 1; reached; at++) {
            reached = compactBeside(large, at);
        }
    }

    /** Returns the large file, which has a removed row, so that it is worth a compaction. */
    private Path prepareCopies() throws IOException {
        Map<StoreOption, Object> options = new HashMap<>(CompactionScenario.options(mode));
        options.put(StoreOption.SEGMENT_ROWS, 1000L);
        Store blind = open(base);
        Store first = Caches.separate(CACHE, options, base);
        first.becomeWritable();
        put(first, ExpectedRows.keys(type, 0, 200));
        first.upkeep().remove(keys(REMOVED, REMOVED + 1), false);
        Path large = first.segments().get(0).file();
        first.close();
        put(blind, keys(0, REMOVED));
        put(blind, keys(REMOVED + 1, ROWS));
        blind.close();
        return large;
    }

    private boolean compactBeside(Path large, long at) throws IOException {
        ForgettingStorage disk = base.settledCopy();
        FaultyStorage storage = new FaultyStorage(disk);
        AtomicLong count = new AtomicLong();
        segmentBytes = 4 * 4096;
        Store store = open(storage);
        Caches.rightHits(store, keys(0, ROWS)); // opens the files
        storage.rule(
                (op, file) -> {
                    if (count.incrementAndGet() == at) {
                        Store other = open(disk);
                        other.upkeep().compact(false);
                        other.close();
                    }
                    if (op == FaultyStorage.Op.OPEN && file.equals(large)) {
                        throw new IOException("injected: not for this one");
                    }
                });
        store.upkeep().compact(false);
        storage.heal();
        store.close();
        try {
            assertServed(disk, REMOVED);
        } catch (AssertionError e) {
            throw new AssertionError("at operation " + at, e);
        }
        return count.get() >= at;
    }

    @Test
    void compaction_powerIsLostAtAnyOperation_losesNoRow() throws IOException {
        boolean reached = true;
        for (long at = 1; reached; at++) {
            ForgettingStorage disk = base.settledCopy();
            FaultyStorage storage = new FaultyStorage(disk);
            FailAtOperation power = new FailAtOperation(at, Mode.FOR_EVER);
            Store store = open(storage);
            storage.rule(power);
            try {
                store.upkeep().compact(false);
            } catch (IOException e) {
                assertThat(power.happened()).as("%s", e).isTrue();
            }
            reached = power.happened();
            disk.powerOff();
            store.close();
            for (int damage = 0; damage < DAMAGES; damage++) {
                ForgettingStorage left =
                        disk.powerLoss(new SplittableRandom(at * DAMAGES + damage));
                try {
                    assertServed(left, REMOVED);
                } catch (AssertionError e) {
                    throw new AssertionError(power + ", damage " + damage, e);
                }
            }
        }
    }

    @Test
    void compaction_anyOperationFailsOnce_losesNoRowAndTheNextOneWorks() throws IOException {
        Set<Mode> failures = EnumSet.of(Mode.ONCE);
        if (Reliability.longTier()) {
            failures.add(Mode.DONE);
        }
        for (Mode failure : failures) {
            boolean reached = true;
            for (long at = 1; reached; at++) {
                reached = failAt(new FailAtOperation(at, failure));
            }
        }
    }

    private boolean failAt(FailAtOperation fault) throws IOException {
        ForgettingStorage disk = base.settledCopy();
        FaultyStorage storage = new FaultyStorage(disk);
        Store store = open(storage);
        storage.rule(fault);
        try {
            store.upkeep().compact(false);
        } catch (IOException e) {
            assertThat(fault.happened()).as("%s", e).isTrue();
        }
        storage.heal();
        try {
            assertServes(store, REMOVED);
            store.upkeep().compact(false);
            assertServes(store, REMOVED);
            assertThat(store.catalog().segmentCount()).isLessThanOrEqualTo(2);
            store.close();
            assertServed(disk, REMOVED);
        } catch (AssertionError e) {
            throw new AssertionError(fault.toString(), e);
        }
        return fault.happened();
    }
}
