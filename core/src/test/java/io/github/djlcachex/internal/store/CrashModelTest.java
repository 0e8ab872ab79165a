package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FlushReport;
import io.github.djlcachex.cache.GatherResult;
import io.github.djlcachex.cache.PutResult;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.cache.Seams;
import io.github.djlcachex.cache.WriteMode;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.testing.Arbitraries;
import io.github.djlcachex.testing.FailAtOperation;
import io.github.djlcachex.testing.FailAtOperation.Mode;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.ForgettingStorage;
import io.github.djlcachex.testing.QuickDirectory;
import io.github.djlcachex.testing.Reliability;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Random sequences of calls, kills and power losses against a model. Between crashes the cache is
 * exactly a map in which the first put wins. After one, an acknowledged row is there, and any other
 * is one that was put or is missing.
 */
@Tag("T18")
@Tag("variable-rows")
class CrashModelTest {

    private static final int SEQUENCES = Reliability.runs(1000, 10_000);
    private static final int STEPS = 30;
    private static final String FILESYSTEM = "one in memory that forgets; judged on ";

    @Test
    void cache_anySequenceWithCrashes_losesNothingAcknowledgedAndServesNothingWrong()
            throws Exception {
        long firstSeed = Reliability.longTier() ? System.currentTimeMillis() : 0;
        Reliability.proveInTime(
                "T18 model with crashes",
                SEQUENCES,
                line -> {
                    line.note("seeds from " + firstSeed);
                    line.filesystem(FILESYSTEM + QuickDirectory.filesystem());
                    long crashes = 0;
                    for (long seed = firstSeed; seed < firstSeed + SEQUENCES; seed++) {
                        try {
                            crashes += new Sequence(seed, line).run();
                        } catch (IOException | RuntimeException | AssertionError e) {
                            throw new AssertionError("sequence of seed " + seed, e);
                        }
                        line.run();
                    }
                    line.note("seeds from " + firstSeed + ", " + crashes + " crashes");
                });
    }

    /** What may be in the directory, by number of the key pool. */
    private static final class Model {
        /** The version that a calm cache serves. */
        final Map<Integer, Long> present = new HashMap<>();

        /** All versions of which a copy may be on disk. */
        final Map<Integer, Set<Long>> possible = new HashMap<>();

        final Set<Integer> acknowledged = new HashSet<>();
        final Set<Integer> waiting = new HashSet<>();

        void mayBe(Collection<Integer> numbers, long version) {
            for (int number : numbers) {
                possible.computeIfAbsent(number, any -> new HashSet<>()).add(version);
            }
        }

        void acknowledge() {
            acknowledged.addAll(waiting);
            waiting.clear();
        }

        void forget() {
            present.clear();
            possible.clear();
            waiting.clear();
        }
    }

    /** One sequence. */
    private static final class Sequence {
        private static final Path CACHE = Path.of("/power/cache");

        private final long seed;
        private final Reliability line;
        private final SplittableRandom random;
        private final KeyType keyType;
        private final boolean synchronous;
        private final Map<StoreOption, Object> options;
        private final Model model = new Model();
        private ForgettingStorage disk = new ForgettingStorage(CACHE.getParent());
        private FaultyStorage storage;
        private Store store;
        private FeatureCache cache;
        private boolean armed;
        private int crashes;

        Sequence(long seed, Reliability line) throws IOException {
            this.seed = seed;
            this.line = line;
            this.random = new SplittableRandom(seed);
            this.keyType = random.nextBoolean() ? KeyType.INT64 : KeyType.UTF8;
            this.synchronous = random.nextInt(4) == 0;
            boolean mapped = random.nextBoolean();
            this.options =
                    Map.of(
                            StoreOption.SEGMENT_ROWS,
                            1L + random.nextInt(8),
                            StoreOption.INDEX_SNAPSHOT_ROWS,
                            (long) random.nextInt(8),
                            StoreOption.READ_MODE,
                            mapped ? ReadMode.MAPPED : ReadMode.POSITIONAL,
                            StoreOption.MEMORY_TIER_BYTES,
                            random.nextInt(2) * 2000L,
                            StoreOption.WRITE_MODE,
                            synchronous ? WriteMode.SYNCHRONOUS : WriteMode.BACKGROUND,
                            StoreOption.REFRESH_INTERVAL_MS,
                            0L,
                            StoreOption.SHUTDOWN_HOOK,
                            false);
            open();
        }

        private void open() throws IOException {
            storage = new FaultyStorage(disk);
            armed = false;
            StorePaths paths = Caches.paths(CACHE);
            WriterPolicy policy = WriterPolicy.of(false, null, null, Map.of());
            WritableDirectories.prepare(paths, storage);
            store = Store.open(paths, Caches.MODULE, "", new StoreOptions(options), storage);
            store.housekeeping().restored();
            cache = Seams.cache(CACHE, paths, Caches.MODULE, policy, store);
        }

        int run() throws IOException {
            for (int step = 0; step < STEPS; step++) {
                step();
            }
            crash();
            close();
            return crashes;
        }

        private void step() throws IOException {
            switch (random.nextInt(20)) {
                case 0, 1, 2, 3, 4, 5 -> put();
                case 6, 7, 8, 9, 10 -> gather(numbers());
                case 11, 12, 13 -> flush();
                case 14 -> refresh();
                case 15 -> clear();
                case 16 -> reopen();
                case 17 -> crash();
                default -> crashSoon();
            }
        }

        private List<Integer> numbers() {
            return random.ints(random.nextInt(12), 0, Arbitraries.KEY_POOL).boxed().toList();
        }

        private void put() {
            List<Integer> numbers = numbers();
            long version = random.nextLong();
            Keys keys = Arbitraries.pooled(keyType, numbers);
            Set<Integer> fresh = new HashSet<>(numbers);
            if (!armed) {
                fresh.removeAll(model.present.keySet());
            }
            model.mayBe(fresh, version);
            PutResult result =
                    cache.put(keys, new TestRows(Caches.ROWS.schema(), version).batch(keys));
            if (!armed) {
                assertThat(result)
                        .isEqualTo(Seams.put(fresh.size(), keys.size() - fresh.size(), 0));
            }
            if (result.stored() == fresh.size()) {
                fresh.forEach(number -> model.present.putIfAbsent(number, version));
                (synchronous ? model.acknowledged : model.waiting).addAll(fresh);
            }
        }

        private void gather(List<Integer> numbers) {
            Keys keys = Arbitraries.pooled(keyType, numbers);
            RowBatch into = Caches.ROWS.room(cache, keys);
            Set<Integer> missing = missing(cache.gather(keys, into));
            for (int position = 0; position < keys.size(); position++) {
                int number = numbers.get(position);
                if (!armed) {
                    assertThat(missing.contains(position))
                            .isEqualTo(!model.present.containsKey(number));
                }
                if (!missing.contains(position)) {
                    Set<Long> allowed =
                            armed ? model.possible.get(number) : Set.of(model.present.get(number));
                    judge(keys, position, into, allowed == null ? Set.of() : allowed);
                }
            }
        }

        private static Set<Integer> missing(GatherResult result) {
            return new HashSet<>(IntStream.of(result.missing()).boxed().toList());
        }

        /** The version of a row that was found. */
        private long judge(Keys keys, int position, RowBatch found, Set<Long> allowed) {
            for (long version : allowed) {
                if (new TestRows(Caches.ROWS.schema(), version).isRight(keys, position, found)) {
                    return version;
                }
            }
            System.err.println("WRONG: row " + keys.getObject(position) + " of seed " + seed);
            line.wrong(1);
            return 0;
        }

        private void flush() {
            acknowledge(cache.flush());
        }

        private void acknowledge(FlushReport report) {
            if (!armed) {
                assertThat(report.isComplete()).as(report.toString()).isTrue();
            }
            if (report.isComplete()) {
                model.acknowledge();
            }
            model.waiting.clear();
        }

        private void refresh() {
            try {
                cache.refresh();
            } catch (CacheIoException e) {
                assertThat(armed).isTrue();
            }
        }

        private void clear() {
            model.acknowledged.clear();
            model.waiting.clear();
            try {
                cache.clear();
                model.forget();
            } catch (CacheIoException e) {
                assertThat(armed).isTrue();
            }
        }

        private void reopen() throws IOException {
            if (!armed) {
                close();
                open();
            }
        }

        private void close() {
            acknowledge(cache.closeAndReport());
            Caches.close(store);
        }

        /** Lets the process die within its next operations, in the middle of a step. */
        private void crashSoon() throws IOException {
            if (!armed) {
                armed = true;
                storage.rule(new FailAtOperation(1 + random.nextInt(20), Mode.FOR_EVER));
                for (int step = 0; step < 3 && armed; step++) {
                    step();
                }
            }
            if (armed) {
                crash();
            }
        }

        /** Kills the process, perhaps with the power, and opens what is left. */
        private void crash() throws IOException {
            crashes++;
            storage.rule(new FailAtOperation(1, Mode.FOR_EVER));
            armed = true;
            model.waiting.clear();
            close();
            if (random.nextBoolean()) {
                disk = disk.powerLoss(random);
            }
            open();
            takeStock();
        }

        /** What a crash left is right; from here on it stays. */
        private void takeStock() {
            List<Integer> pool = Arbitraries.wholePool();
            model.present.clear();
            if (cache.schema().isEmpty()) {
                loseAll();
                return;
            }
            Keys keys = Arbitraries.pooled(keyType, pool);
            RowBatch into = Caches.ROWS.room(cache, keys);
            Set<Integer> missing = missing(cache.gather(keys, into));
            for (int number : pool) {
                if (missing.contains(number)) {
                    lose(number);
                } else {
                    Set<Long> allowed = model.possible.getOrDefault(number, Set.of());
                    model.present.put(number, judge(keys, number, into, allowed));
                }
            }
        }

        private void loseAll() {
            Stream.concat(model.possible.keySet().stream(), model.acknowledged.stream())
                    .distinct()
                    .toList()
                    .forEach(this::lose);
        }

        private void lose(int number) {
            model.possible.remove(number);
            if (model.acknowledged.remove(number)) {
                System.err.println("LOST: row " + number + " of seed " + seed);
                line.lost(1);
            }
        }
    }
}
