package io.github.djlcachex.benchmark;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Dataset;
import ai.djl.translate.TranslateException;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.djl.CachedFeatureDataset;
import io.github.djlcachex.row.KeyType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** Epochs of one head on rows of a MiniLM's size, from a cache and from memory in turn. */
final class FeatureEpochs implements AutoCloseable {

    private static final int FLOATS = 384;
    private static final double NANOS_PER_MS = 1e6;

    /**
     * The times of an epoch.
     *
     * @param cachedMs on a dataset of the cache
     * @param arrayMs on a dataset of arrays in memory
     */
    record Times(double cachedMs, double arrayMs) {}

    private final NDManager manager = NDManager.newBaseManager(Training.ENGINE);
    private final Path directory;
    private final FeatureCache cache;
    private final Training onCache;
    private final Training onArrays;

    FeatureEpochs(int rows, int batchRows) throws IOException {
        directory = Fixtures.temporary("features");
        cache = Fixtures.cacheIn(directory).open();
        BenchmarkRows.fill(cache, KeyType.INT64, FLOATS * Float.BYTES, 0, rows);
        Shape batch = new Shape(batchRows, FLOATS);
        onCache = new Training(null, cached(rows, batchRows), batch);
        NDArray features = manager.randomUniform(0, 1, new Shape(rows, FLOATS));
        onArrays = new Training(null, Training.dataset(features, batchRows), batch);
    }

    private Dataset cached(int rows, int batchRows) {
        NDArray labels = manager.randomInteger(0, Training.LABELS, new Shape(rows), DataType.INT64);
        return CachedFeatureDataset.builder()
                .setCache(cache)
                .setIds(LongStream.range(0, rows).toArray())
                .optLabels(labels)
                .setSampling(batchRows, true)
                .build();
    }

    /** The median times over some rounds, after those of the warm-up, one at least. */
    Times medians(int rounds, long warmUpMs) throws IOException, TranslateException {
        long startNanos = System.nanoTime();
        do {
            round();
        } while (System.nanoTime() - startNanos < warmUpMs * NANOS_PER_MS);
        List<Times> all = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            all.add(round());
        }
        return new Times(
                Numbers.median(all.stream().mapToDouble(Times::cachedMs).toArray()),
                Numbers.median(all.stream().mapToDouble(Times::arrayMs).toArray()));
    }

    private Times round() throws IOException, TranslateException {
        return new Times(onCache.epochMs(), onArrays.epochMs());
    }

    @Override
    public void close() throws IOException {
        onCache.close();
        onArrays.close();
        cache.close();
        manager.close();
        BenchmarkRows.delete(directory);
    }
}
