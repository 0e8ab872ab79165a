package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.internal.io.FileStorage;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.testing.FaultyStorage;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Ranks that compute a part of the missing rows each, and read the others'. */
class ShareMissesTest {

    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Duration SHORT = Duration.ofMillis(200);

    @TempDir Path directory;

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    /** A rank with a block of its own. */
    private final class Rank {
        final SpyBlock spy = SpyBlock.twicePlusOne();
        final FeatureCache cache;
        final CacheBlockDecorator decorator;

        Rank(int rank, int worldSize, Duration limit) {
            this(rank, worldSize, limit, new FileStorage());
        }

        Rank(int rank, int worldSize, Duration limit, Storage storage) {
            RankCache opened = RankCache.of(directory, rank, worldSize, storage);
            open.add(opened);
            cache = opened.cache();
            decorator = builder(spy, cache, limit).optMinBatchRows(1).build();
        }

        void run(long... ids) {
            float[] rows = new float[ids.length];
            float[] expected = new float[ids.length];
            for (int i = 0; i < ids.length; i++) {
                rows[i] = ids[i];
                expected[i] = 2 * ids[i] + 1;
            }
            try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
                NDArray data = manager.create(rows, new Shape(ids.length, 1));
                NDList batch = CacheIds.attach(new NDList(data), ids);
                NDArray outputs = Decorated.run(decorator, manager, batch).head();
                assertThat(outputs.toFloatArray()).isEqualTo(expected);
            }
        }

        DecoratorStats stats() {
            return decorator.stats();
        }
    }

    private static CacheBlockDecoratorBuilder builder(
            Block block, FeatureCache cache, Duration limit) {
        return CacheBlockDecorator.builder()
                .setBlock(block)
                .setCache(cache)
                .optAudit(AuditMode.OFF)
                .optShareMisses(limit);
    }

    private static long[] ids(long from, int count) {
        return LongStream.range(from, from + count).toArray();
    }

    private static void onAll(List<Rank> ranks, Consumer<Rank> work) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(ranks.size());
        try {
            List<Future<?>> ends = new ArrayList<>();
            for (Rank rank : ranks) {
                ends.add(executor.submit(() -> work.accept(rank)));
            }
            for (Future<?> end : ends) {
                end.get(120, TimeUnit.SECONDS);
            }
        } finally {
            executor.shutdownNow();
        }
    }

    private List<Rank> ranks(int count) {
        return IntStream.range(0, count).mapToObj(rank -> new Rank(rank, count, LONG)).toList();
    }

    @Test
    void forward_sameMissingRowsOnTwoRanks_computesEachOnOneOfThem() throws Exception {
        List<Rank> ranks = ranks(2);
        onAll(ranks, rank -> rank.run(ids(0, 64)));
        long[] computed = ranks.stream().mapToLong(rank -> rank.spy.rowsRun()).toArray();
        assertThat(computed[0] + computed[1]).isEqualTo(64);
        assertThat(Math.min(computed[0], computed[1])).isGreaterThan(16);
        for (int rank = 0; rank < 2; rank++) {
            DecoratorStats stats = ranks.get(rank).stats();
            assertThat(stats.sharedRows()).isEqualTo(computed[1 - rank]);
            assertThat(stats.computedRows()).isEqualTo(computed[rank]);
            assertThat(stats.misses()).isEqualTo(computed[rank]);
            assertThat(stats.hits()).isEqualTo(computed[1 - rank]);
            assertThat(stats.shareLimitsMissed()).isZero();
            assertThat(stats.shareWait()).isPositive();
            assertThat(stats.toString()).contains("sharedRows=" + computed[1 - rank]);
        }
    }

    @Test
    void forward_randomBatchesInOneOrderOnThreeRanks_computesEachRowOnce() throws Exception {
        List<Rank> ranks = ranks(3);
        onAll(
                ranks,
                rank -> {
                    Random random = new Random(7);
                    for (int batch = 0; batch < 25; batch++) {
                        rank.run(random.longs(1 + random.nextInt(40), 0, 400).toArray());
                    }
                });
        Random random = new Random(7);
        Set<Long> distinct = new HashSet<>();
        for (int batch = 0; batch < 25; batch++) {
            Arrays.stream(random.longs(1 + random.nextInt(40), 0, 400).toArray())
                    .forEach(distinct::add);
        }
        assertThat(ranks.stream().mapToLong(rank -> rank.spy.rowsRun()).sum())
                .isEqualTo(distinct.size());
    }

    @Test
    void forward_ofAnExtractor_givesTheBitsOfItsOwnBatches() throws Exception {
        List<Rank> ranks = ranks(2);
        onAll(
                ranks,
                rank -> {
                    try (Fixture fixture = Fixture.of("digits_extractor")) {
                        CacheBlockDecorator decorator =
                                builder(fixture.block(), rank.cache, LONG).build();
                        for (int batch = 0; batch < 4; batch++) {
                            int[] positions =
                                    IntStream.range(32 * batch, 32 * (batch + 1)).toArray();
                            NDList images =
                                    new NDList(
                                            Digits.read(5, 9, 128)
                                                    .array(fixture.manager(), positions));
                            String plain =
                                    Bits.hex(
                                            Decorated.run(
                                                            fixture.block(),
                                                            fixture.manager(),
                                                            images)
                                                    .head());
                            NDList shared =
                                    Decorated.train(
                                            decorator,
                                            fixture.manager(),
                                            CacheIds.attach(images, ids(32L * batch, 32)));
                            assertThat(Bits.hex(shared.head())).isEqualTo(plain);
                        }
                        assertThat(decorator.stats().sharedRows()).isPositive();
                        assertThat(decorator.stats().shareLimitsMissed()).isZero();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                });
    }

    @Test
    void forward_otherRankIsDead_waitsForItInFewBatchesAndComputesAll() {
        Rank rank = new Rank(0, 2, SHORT);
        String log =
                Decorated.logOf(
                        () -> {
                            for (int batch = 0; batch < 40; batch++) {
                                rank.run(ids(32L * batch, 32));
                            }
                        });
        assertThat(rank.spy.rowsRun()).isEqualTo(40 * 32);
        // batch 1, 16 batches without waiting, batch 18, and then 32 without
        assertThat(rank.stats().shareLimitsMissed()).isEqualTo(2);
        assertThat(rank.stats().sharedRows()).isZero();
        assertThat(log).containsOnlyOnce("did not come from rank 1 within PT0.2S");
    }

    @Test
    void forward_onARankThatComesLate_readsWhatTheOtherHasWritten() {
        Rank first = new Rank(0, 2, SHORT);
        first.run(ids(0, 32));
        first.cache.flush();
        Rank second = new Rank(1, 2, LONG);
        second.cache.schema(); // opened before the next rows are there
        first.run(ids(32, 32));
        first.cache.flush();
        second.run(ids(0, 64));
        assertThat(second.spy.calls()).isEmpty();
        assertThat(second.stats().sharedRows()).isEqualTo(32);
        assertThat(second.stats().shareLimitsMissed()).isZero();
    }

    @Test
    void forward_interruptedWhileItWaits_computesTheRestAndKeepsTheInterrupt() {
        Rank rank = new Rank(0, 2, LONG);
        Thread.currentThread().interrupt();
        rank.run(ids(0, 32));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(rank.spy.rowsRun()).isEqualTo(32);
        assertThat(rank.stats().shareLimitsMissed()).isZero();
    }

    @Test
    void forward_directoryWhoseListingHangs_computesAllAndWaitsOnce() {
        CountDownLatch hangs = new CountDownLatch(1);
        FaultyStorage.Rule hanging = FaultyStorage.waiting(FaultyStorage.Op.LIST, "", hangs);
        AtomicBoolean broken = new AtomicBoolean();
        FaultyStorage storage = new FaultyStorage();
        storage.rule(
                (op, file) -> {
                    if (broken.get()) {
                        hanging.before(op, file);
                    }
                });
        Rank rank = new Rank(0, 2, SHORT, storage);
        broken.set(true);
        String log =
                Decorated.logOf(
                        () -> {
                            for (int batch = 0; batch < 4; batch++) {
                                rank.run(ids(32L * batch, 32));
                            }
                        });
        hangs.countDown();
        assertThat(rank.spy.rowsRun()).isEqualTo(4 * 32);
        assertThat(rank.stats().shareLimitsMissed()).isZero();
        assertThat(log).containsOnlyOnce("did not end in time");
    }

    @Test
    void forward_directoryThatCannotBeListed_computesAllAndSaysWhyOnce() {
        AtomicBoolean broken = new AtomicBoolean();
        FaultyStorage storage = new FaultyStorage();
        storage.rule(
                (op, file) -> {
                    if (op == FaultyStorage.Op.LIST && broken.get()) {
                        throw new IOException("stale handle");
                    }
                });
        Rank rank = new Rank(0, 2, SHORT, storage);
        broken.set(true);
        String log = Decorated.logOf(() -> rank.run(ids(0, 32)));
        assertThat(rank.spy.rowsRun()).isEqualTo(32);
        assertThat(log).containsOnlyOnce("cannot be looked for").contains("stale handle");
    }

    @Test
    void forward_idsThatMeanOtherInputsNow_areComputedByEachRankWithoutWaiting() {
        try (RankCache alone = RankCache.of(directory, 0, 1)) {
            runChecked(alone, 1);
        }
        try (RankCache rank = RankCache.of(directory, 0, 2)) {
            DecoratorStats stats = runChecked(rank, 2);
            assertThat(stats.changedInputs()).isEqualTo(32);
            assertThat(stats.computedRows()).isEqualTo(32);
            assertThat(stats.shareLimitsMissed()).isZero();
        }
    }

    private static DecoratorStats runChecked(RankCache cache, float value) {
        CacheBlockDecorator decorator =
                builder(SpyBlock.twicePlusOne(), cache.cache(), SHORT).optInputCheck().build();
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDArray data = manager.full(new Shape(32, 1), value);
            NDList batch = CacheIds.attach(new NDList(data), ids(0, 32));
            assertThat(Bits.hex(Decorated.run(decorator, manager, batch).head()))
                    .isEqualTo(Bits.hex(data.mul(2).add(1)));
        }
        return decorator.stats();
    }

    @Test
    void forward_twoThreadsOnEachOfTwoRanks_waitForTheSameListings() throws Exception {
        List<Rank> ranks = ranks(2);
        List<Rank> twice = new ArrayList<>(ranks);
        twice.addAll(ranks);
        onAll(
                twice,
                rank -> {
                    for (int batch = 0; batch < 10; batch++) {
                        rank.run(ids(32L * batch, 32));
                    }
                });
        assertThat(ranks.stream().mapToLong(rank -> rank.spy.rowsRun()).sum()).isEqualTo(320);
    }

    @Test
    void forward_onTheOnlyRank_sharesNothingAndSaysSoOnce() {
        Rank rank = new Rank(0, 1, LONG);
        String log =
                Decorated.logOf(
                        () -> {
                            rank.run(ids(0, 32));
                            rank.run(ids(32, 32));
                        });
        assertThat(rank.spy.rowsRun()).isEqualTo(64);
        assertThat(log).containsOnlyOnce("shares no misses: this is rank 0 of 1");
    }

    @Test
    void forward_cacheThatMayNotWrite_sharesNothingAndSaysSo() {
        SpyBlock spy = SpyBlock.twicePlusOne();
        try (FeatureCache cache =
                        FeatureCache.builder()
                                .directory(directory)
                                .moduleId("module")
                                .rank(1, 2)
                                .readOnly(true)
                                .open();
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            CacheBlockDecorator decorator = builder(spy, cache, LONG).build();
            NDList batch = CacheIds.attach(new NDList(manager.ones(new Shape(4, 1))), ids(0, 4));
            String log = Decorated.logOf(() -> Decorated.run(decorator, manager, batch));
            assertThat(log).contains("rank 1 of 2, and its cache may not write");
        }
    }

    private CacheBlockDecoratorBuilder sharing() {
        return Decorated.in(directory).setBlock(SpyBlock.twicePlusOne()).optShareMisses();
    }

    @Test
    void build_whereNotEveryRankWrites_isRefused() {
        assertThatThrownBy(sharing().optWriterRank(0).optRank(0, 2)::build)
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContainingAll("shareMisses", "ranks that all write", "writerRank");
        assertThatThrownBy(sharing().optReadOnly(true)::build)
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContainingAll("shareMisses", "readOnly");
    }

    @Test
    void owner_ofKeysOfAnyKind_isEachRankAboutAsOften() {
        assertEven(Keys.of(LongStream.range(0, 4000).toArray()));
        assertEven(Keys.of(LongStream.range(0, 4000).map(i -> 4 * i).toArray()));
        assertEven(Keys.of(LongStream.range(0, 4000).map(i -> i << 32).toArray()));
        assertEven(Keys.ofStrings(IntStream.range(0, 4000).mapToObj(i -> "train:" + i).toList()));
    }

    private static void assertEven(Keys keys) {
        int[] rows = new int[4];
        for (int i = 0; i < keys.size(); i++) {
            rows[SharedMisses.owner(keys, i, 4)]++;
        }
        for (int count : rows) {
            assertThat(count).isBetween(850, 1150);
        }
    }
}
