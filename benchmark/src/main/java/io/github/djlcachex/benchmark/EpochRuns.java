package io.github.djlcachex.benchmark;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.listener.TrainingListener;
import ai.djl.translate.TranslateException;

import io.github.djlcachex.djl.CacheBlockDecorator;
import io.github.djlcachex.djl.CacheReportListener;
import io.github.djlcachex.djl.CachedDataset;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * Epochs of one head on one extractor, the kinds taking turns, so that what else the machine does
 * meets all of them.
 */
final class EpochRuns implements AutoCloseable {

    /**
     * The times of an epoch, by how it gets its features.
     *
     * @param offMs the decorator is switched off: the extractor computes them
     * @param missesMs the extractor computes them, and the cache, which is empty, takes them
     * @param hitsMs the cache has them all
     * @param featuresMs they lie in memory as a dataset
     * @param reportMs the report of the cache after an epoch of hits, by itself
     */
    record Times(
            double offMs, double missesMs, double hitsMs, double featuresMs, double reportMs) {}

    private final NDManager manager = NDManager.newBaseManager(Training.ENGINE);
    private final Extractor extractor;
    private final Shape batch;
    private final NDArray images;
    private final Dataset imageData;
    private final ArrayDataset featureData;

    EpochRuns(Extractor extractor) throws TranslateException {
        this.extractor = extractor;
        batch = new Shape(extractor.batchRows()).addAll(extractor.row());
        images = manager.randomUniform(0, 1, new Shape(extractor.rows()).addAll(extractor.row()));
        imageData =
                CachedDataset.withLongIds(
                        Training.dataset(images, extractor.batchRows()), index -> index);
        featureData = Training.dataset(features(), extractor.batchRows());
    }

    /** The features of all rows; their values do not matter to the time of the head. */
    private NDArray features() {
        return manager.randomUniform(0, 1, new Shape(extractor.rows(), extractor.features()));
    }

    /** The median times over some rounds, after those of the warm-up, one at least. */
    Times medians(int rounds, long warmUpMs) throws IOException, TranslateException {
        List<Times> all = new ArrayList<>();
        Shape featureBatch = new Shape(extractor.batchRows(), extractor.features());
        try (Training features = new Training(null, featureData, featureBatch)) {
            long startNanos = System.nanoTime();
            do {
                round(features);
            } while (System.nanoTime() - startNanos < TimeUnit.MILLISECONDS.toNanos(warmUpMs));
            for (int i = 0; i < rounds; i++) {
                all.add(round(features));
            }
        }
        return new Times(
                median(all, Times::offMs),
                median(all, Times::missesMs),
                median(all, Times::hitsMs),
                median(all, Times::featuresMs),
                median(all, Times::reportMs));
    }

    private static double median(List<Times> all, ToDoubleFunction<Times> kind) {
        return Numbers.median(all.stream().mapToDouble(kind).toArray());
    }

    private Times round(Training features) throws IOException, TranslateException {
        Path directory = Fixtures.temporary("epoch");
        try (CacheBlockDecorator cached =
                        CacheBlockDecorator.builder()
                                .setBlock(extractor.block())
                                .setDirectory(directory)
                                .setModuleId("epoch")
                                .build();
                Training training = new Training(cached, imageData, batch)) {
            TrainingListener report =
                    CacheReportListener.builder()
                            .setDecorators(cached)
                            .optLines(line -> {})
                            .optJsonLines(directory.resolve("report.jsonl"))
                            .build();
            cached.setEnabled(false);
            double offMs = training.epochMs();
            cached.setEnabled(true);
            double missesMs = training.epochMs();
            cached.cache().flush();
            training.epochMs(); // the first epoch of hits maps what was just written
            training.reportMs(report); // the first report keeps the cost of a row
            double hitsMs = training.epochMs();
            if (cached.stats().misses() != extractor.rows()) {
                throw new IllegalStateException(cached.stats().toString());
            }
            double reportMs = training.reportMs(report);
            return new Times(offMs, missesMs, hitsMs, features.epochMs(), reportMs);
        } finally {
            BenchmarkRows.delete(directory);
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
