package io.github.djlcachex.benchmark;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.translate.TranslateException;

import io.github.djlcachex.djl.CacheBlockDecorator;
import io.github.djlcachex.djl.CachedDataset;
import io.github.djlcachex.djl.Warmup;
import io.github.djlcachex.djl.WarmupReport;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Cold fills of a cache by a warm-up, and the extractor alone on the same batches, in turns. */
final class WarmupRuns {

    static final String UNIT = "rows/s";

    private static final double NANOS_PER_SECOND = 1e9;

    /**
     * The speeds, in rows a second.
     *
     * @param warmUp of a warm-up, until the last row is on disk
     * @param bare of the extractor alone
     */
    record Rates(double warmUp, double bare) {}

    private WarmupRuns() {}

    /** The median speeds over some rounds, after one that warms the JVM up. */
    static Rates medians(Extractor extractor, int rounds) throws IOException, TranslateException {
        List<Rates> all = new ArrayList<>();
        try (NDManager manager = NDManager.newBaseManager(Training.ENGINE)) {
            NDArray images =
                    manager.randomUniform(
                            0, 1, new Shape(extractor.rows()).addAll(extractor.row()));
            ArrayDataset dataset = Training.dataset(images, extractor.batchRows());
            round(extractor, manager, dataset);
            for (int i = 0; i < rounds; i++) {
                all.add(round(extractor, manager, dataset));
            }
        }
        return new Rates(
                Numbers.median(all.stream().mapToDouble(Rates::warmUp).toArray()),
                Numbers.median(all.stream().mapToDouble(Rates::bare).toArray()));
    }

    private static Rates round(Extractor extractor, NDManager manager, ArrayDataset dataset)
            throws IOException, TranslateException {
        return new Rates(
                extractor.rows() / warmUpSeconds(extractor, dataset),
                extractor.rows() / bareSeconds(extractor.block(), manager, dataset));
    }

    private static double warmUpSeconds(Extractor extractor, ArrayDataset dataset)
            throws IOException, TranslateException {
        Path directory = Fixtures.temporary("warm-up");
        try (CacheBlockDecorator cached =
                CacheBlockDecorator.builder()
                        .setBlock(extractor.block())
                        .setDirectory(directory)
                        .setModuleId("warm-up")
                        .build()) {
            Warmup warmup =
                    Warmup.of(cached, CachedDataset.withLongIds(dataset, index -> index))
                            .optProgress(progress -> {});
            long startNanos = System.nanoTime();
            WarmupReport report = warmup.run();
            long nanos = System.nanoTime() - startNanos;
            if (report.computedRows() != extractor.rows()) {
                throw new IllegalStateException(report.toString());
            }
            return nanos / NANOS_PER_SECOND;
        } finally {
            BenchmarkRows.delete(directory);
        }
    }

    private static double bareSeconds(Block block, NDManager manager, ArrayDataset dataset)
            throws IOException, TranslateException {
        ParameterStore parameters = new ParameterStore(manager, false);
        long startNanos = System.nanoTime();
        for (Batch batch : dataset.getData(manager)) {
            block.forward(parameters, batch.getData(), false).close();
            batch.close();
        }
        return (System.nanoTime() - startNanos) / NANOS_PER_SECOND;
    }
}
