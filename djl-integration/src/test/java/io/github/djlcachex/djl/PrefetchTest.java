package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Record;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.InvalidOptionException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;

/** Batches that are fetched while another one trains. */
class PrefetchTest {

    private static final int ROWS = 40;
    private static final int BATCH = 4;

    @TempDir Path directory;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final AtomicInteger fetched = new AtomicInteger();
    private final CountDownLatch thirdBatch = new CountDownLatch(1);

    @AfterEach
    void close() {
        manager.close();
    }

    private static long[] ids() {
        return LongStream.range(0, ROWS).toArray();
    }

    private FeatureCache cache() {
        FeatureCache cache = FeatureCache.builder().directory(directory).moduleId("rows").open();
        for (long id : ids()) {
            cache.put(id, new float[] {id, 2 * id});
        }
        return cache;
    }

    /** The labels of a row, which notes who fetches it. */
    private NDList label(NDManager of, long index) {
        threads.add(Thread.currentThread());
        fetched.incrementAndGet();
        if (index == 3 * BATCH - 1) {
            thirdBatch.countDown();
        }
        return new NDList(of.create(index));
    }

    private CachedFeatureDatasetBuilder features(FeatureCache cache) {
        return CachedFeatureDataset.builder()
                .setCache(cache)
                .setIds(ids())
                .optLabels(this::label)
                .setSampling(BATCH, false);
    }

    private static void checkNext(Iterator<Batch> batches, int number) {
        try (Batch batch = batches.next()) {
            for (int i = 0; i < BATCH; i++) {
                int row = number * BATCH + i;
                assertThat(batch.getLabels().head().getLong(i)).isEqualTo(row);
                assertThat(batch.getData().head().get(i).toFloatArray())
                        .containsExactly(row, 2 * row);
            }
        }
    }

    @Test
    void features_withPrefetch_areReadByAnotherThreadBeforeTheyAreAskedFor() throws Exception {
        try (FeatureCache cache = cache()) {
            Iterator<Batch> batches =
                    features(cache).optPrefetch(2).build().getData(manager).iterator();
            checkNext(batches, 0);
            // the test has asked for one batch; only a prefetch can read the third
            assertThat(thirdBatch.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(fetched.get()).isLessThanOrEqualTo(3 * BATCH);
            for (int i = 1; i < ROWS / BATCH; i++) {
                checkNext(batches, i);
            }
            assertThat(batches.hasNext()).isFalse();
            assertThat(threads).hasSize(1).doesNotContain(Thread.currentThread());
            assertThat(threads).allMatch(Thread::isDaemon);
        }
    }

    @Test
    void features_withoutPrefetch_areReadByTheCallingThread() throws Exception {
        try (FeatureCache cache = cache()) {
            Iterator<Batch> batches = features(cache).build().getData(manager).iterator();
            checkNext(batches, 0);
            assertThat(threads).containsExactly(Thread.currentThread());
            assertThat(fetched).hasValue(BATCH);
        }
    }

    @Test
    void partsOfFeatures_prefetchToo() throws Exception {
        try (FeatureCache cache = cache()) {
            CachedFeatureDataset part = features(cache).optPrefetch(1).build().part(0, 1, 2, 3);
            checkNext(part.getData(manager).iterator(), 0);
            assertThat(threads).doesNotContain(Thread.currentThread());
        }
    }

    @Test
    void failureOfAPrefetch_isThatOfTheBatch() throws Exception {
        try (FeatureCache cache = cache()) {
            CachedFeatureDataset features = features(cache).optPrefetch(1).build();
            features.prepare();
            cache.clear();
            Iterator<Batch> batches = features.getData(manager).iterator();
            assertThatThrownBy(batches::next).isInstanceOf(MissingRowsException.class);
        }
    }

    @Test
    void missesOfADecorator_areLoadedByAnotherThread() throws Exception {
        TestDataset inputs =
                new TestDataset(ROWS, BATCH) {
                    @Override
                    public Record get(NDManager of, long index) {
                        return new Record(
                                new NDList(of.create(new float[] {index})), label(of, index));
                    }
                };
        try (CacheBlockDecorator cached = Decorated.of(SpyBlock.twicePlusOne(), directory)) {
            CachedDataset data =
                    CachedDataset.withIds(inputs, ids()).loadingMissesOnly(cached).prefetching(2);
            data.getData(manager); // looks at the rows of the dataset, and is not iterated
            for (int epoch = 0; epoch < 2; epoch++) {
                int row = 0;
                for (Batch batch : data.getData(manager)) {
                    NDList rows = Decorated.train(cached, manager, batch.getData());
                    for (int i = 0; i < batch.getSize(); i++) {
                        assertThat(rows.head().getFloat(i, 0)).isEqualTo(2 * row++ + 1);
                    }
                    batch.close();
                }
                assertThat(row).isEqualTo(ROWS);
            }
            assertThat(cached.stats().computedRows()).isEqualTo(ROWS);
            threads.remove(Thread.currentThread()); // which looked at the rows
            assertThat(threads).isNotEmpty();
        }
    }

    @Test
    void prefetch_ofNoBatchOrOfADatasetThatReadsNoRows_isRefused() {
        try (FeatureCache cache = cache()) {
            assertThatThrownBy(() -> features(cache).optPrefetch(0))
                    .isInstanceOf(InvalidOptionException.class);
        }
        CachedDataset plain =
                CachedDataset.withIds(
                        new ai.djl.training.dataset.ArrayDataset.Builder()
                                .setData(manager.ones(new Shape(2, 1)))
                                .setSampling(1, false)
                                .build(),
                        1,
                        2);
        assertThatThrownBy(() -> plain.prefetching(1))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("loadingMissesOnly");
    }
}
