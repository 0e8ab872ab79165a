package io.github.djlcachex.benchmark;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.dataset.Batch;
import ai.djl.translate.TranslateException;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.cache.SlowReads;
import io.github.djlcachex.djl.CachedFeatureDataset;
import io.github.djlcachex.djl.CachedFeatureDatasetBuilder;
import io.github.djlcachex.row.KeyType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Epochs of a head on cached rows whose files are slow: a read waits for as long as makes the disk
 * alone take four times what the head takes.
 */
final class PrefetchEpochs implements AutoCloseable {

    private static final int FLOATS = 384;
    private static final int BATCH_ROWS = 32;
    private static final int AHEAD = 2;
    private static final double SLOWER = 4;
    private static final long FIRST_DELAY_NANOS = 200_000;
    private static final int TRIALS = 2;
    private static final int HIDDEN_UNITS = 1024;
    private static final double NANOS_PER_MS = 1e6;

    /**
     * The times of an epoch.
     *
     * @param aheadMs with the next batches read while one trains
     * @param inTurnMs with each batch read when it is needed
     * @param diskMs the reads alone
     */
    record Times(double aheadMs, double inTurnMs, double diskMs) {}

    private final NDManager manager = NDManager.newBaseManager(Training.ENGINE);
    private final int rows;
    private final Path directory;
    private final FeatureCache cache;

    PrefetchEpochs(int rows) throws IOException, TranslateException {
        this.rows = rows;
        directory = Fixtures.temporary("prefetch");
        double wantedMs = SLOWER * headMs();
        double delayNanos = FIRST_DELAY_NANOS;
        for (int i = 0; i < TRIALS; i++) {
            try (FeatureCache trial = slow((long) delayNanos)) {
                diskMs(trial); // opens the files
                delayNanos *= wantedMs / diskMs(trial);
            }
        }
        cache = slow((long) delayNanos);
    }

    private FeatureCache slow(long delayNanos) {
        return SlowReads.of( // rows that were read positionally would stay in memory
                        Fixtures.cacheIn(directory)
                                .readMode(ReadMode.POSITIONAL)
                                .memoryTierBytes(0),
                        delayNanos)
                .open();
    }

    /** Fills the cache, and returns what an epoch takes while its files are fast. */
    private double headMs() throws IOException, TranslateException {
        try (FeatureCache fast = Fixtures.cacheIn(directory).open()) {
            BenchmarkRows.fill(fast, KeyType.INT64, FLOATS * Float.BYTES, 0, rows);
            try (Training training = training(features(fast).build())) {
                training.epochMs(); // compiles the code
                return Numbers.median(training.epochMs(), training.epochMs(), training.epochMs());
            }
        }
    }

    private CachedFeatureDatasetBuilder features(FeatureCache of) {
        return CachedFeatureDataset.builder()
                .setCache(of)
                .setIds(LongStream.range(0, rows).toArray())
                .optLabels(LongStream.range(0, rows).map(row -> row % Training.LABELS).toArray())
                .setSampling(BATCH_ROWS, true);
    }

    /** A head that takes some milliseconds: no thread waits for less than a tenth of one. */
    private static Block hidden() {
        return new SequentialBlock()
                .add(Linear.builder().setUnits(HIDDEN_UNITS).build())
                .add(Activation::relu)
                .add(Linear.builder().setUnits(HIDDEN_UNITS).build())
                .add(Activation::relu);
    }

    private static Training training(CachedFeatureDataset features) {
        return new Training(hidden(), features, new Shape(BATCH_ROWS, FLOATS));
    }

    private double diskMs(FeatureCache of) throws IOException, TranslateException {
        CachedFeatureDataset features = features(of).build();
        long startNanos = System.nanoTime();
        for (Batch batch : features.getData(manager)) {
            batch.close();
        }
        return (System.nanoTime() - startNanos) / NANOS_PER_MS;
    }

    /** The median times over some rounds, after one that compiles the code. */
    Times medians(int rounds) throws IOException, TranslateException {
        List<Times> all = new ArrayList<>();
        try (Training ahead = training(features(cache).optPrefetch(AHEAD).build());
                Training inTurn = training(features(cache).build())) {
            ahead.epochMs();
            inTurn.epochMs();
            for (int i = 0; i < rounds; i++) {
                all.add(new Times(ahead.epochMs(), inTurn.epochMs(), diskMs(cache)));
            }
        }
        return new Times(
                Numbers.median(all.stream().mapToDouble(Times::aheadMs).toArray()),
                Numbers.median(all.stream().mapToDouble(Times::inTurnMs).toArray()),
                Numbers.median(all.stream().mapToDouble(Times::diskMs).toArray()));
    }

    @Override
    public void close() throws IOException {
        cache.close();
        manager.close();
        BenchmarkRows.delete(directory);
    }
}
