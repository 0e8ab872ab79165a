package io.github.djlcachex.benchmark;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;

import io.github.djlcachex.djl.AuditMode;
import io.github.djlcachex.djl.CacheBlockDecorator;
import io.github.djlcachex.djl.CacheBlockDecoratorBuilder;
import io.github.djlcachex.djl.CacheIds;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;

/** Rows a second of eight threads, the kinds taking turns. */
final class PredictorRuns implements AutoCloseable {

    private static final int THREADS = 8;
    private static final double BYTES_PER_MB = 1e6;
    private static final int CONTENT_ROUNDS = 20;

    /**
     * Rows a second.
     *
     * @param alone of the extractor without a decorator
     * @param misses of a decorator whose cache is empty
     * @param off of a decorator that is switched off
     */
    record Rates(double alone, double misses, double off) {}

    private final ExecutorService executor = Executors.newFixedThreadPool(THREADS);
    private final Extractor extractor;
    private final Shape batch;

    PredictorRuns(Extractor extractor) {
        this.extractor = extractor;
        int rows = Math.min(extractor.batchRows(), extractor.rows() / THREADS);
        this.batch = new Shape(rows).addAll(extractor.row());
    }

    Rates medians(int rounds) throws Exception {
        List<Rates> all = new ArrayList<>();
        rates(); // warms up
        for (int round = 0; round < rounds; round++) {
            all.add(rates());
        }
        return new Rates(
                median(all, Rates::alone), median(all, Rates::misses), median(all, Rates::off));
    }

    private static double median(List<Rates> all, ToDoubleFunction<Rates> rate) {
        return Numbers.median(all.stream().mapToDouble(rate).toArray());
    }

    private Rates rates() throws Exception {
        double alone = rate(extractor.block());
        Path directory = Fixtures.temporary("predictors");
        try (CacheBlockDecorator cached = decorated(directory).build()) {
            double misses = rate(cached);
            cached.setEnabled(false);
            return new Rates(alone, misses, rate(cached));
        } finally {
            BenchmarkRows.delete(directory);
        }
    }

    private CacheBlockDecoratorBuilder decorated(Path directory) {
        return CacheBlockDecorator.builder()
                .setBlock(extractor.block())
                .setDirectory(directory)
                .setModuleId("predictors")
                .optAudit(AuditMode.OFF);
    }

    private double rate(Block block) throws Exception {
        int batches = (int) (extractor.rows() / batch.get(0) / THREADS);
        List<Callable<Void>> tasks = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            long first = (long) t * batches * batch.get(0);
            tasks.add(() -> predict(block, first, batches));
        }
        long beginNs = System.nanoTime();
        for (Future<Void> task : executor.invokeAll(tasks)) {
            task.get();
        }
        double seconds = (System.nanoTime() - beginNs) / 1e9;
        return (double) THREADS * batches * batch.get(0) / seconds;
    }

    private Void predict(Block block, long firstId, int batches) {
        try (NDManager manager = NDManager.newBaseManager(Training.ENGINE)) {
            NDArray images = manager.randomUniform(0, 1, batch);
            for (int i = 0; i < batches; i++) {
                try (NDManager ofBatch = manager.newSubManager()) {
                    long from = firstId + i * batch.get(0);
                    long[] ids = LongStream.range(from, from + batch.get(0)).toArray();
                    NDArray input = images.duplicate();
                    input.attach(ofBatch);
                    NDList inputs = new NDList(input);
                    boolean cached = block instanceof CacheBlockDecorator;
                    block.forward(
                            new ParameterStore(ofBatch, false),
                            cached ? CacheIds.attach(inputs, ids) : inputs,
                            false);
                }
            }
        }
        return null;
    }

    /** Returns how fast the inputs of hits become ids, by what hits take longer with them. */
    double contentMbPerS() throws Exception {
        Path directory = Fixtures.temporary("contents");
        try (CacheBlockDecorator cached = decorated(directory).optContentIds().build();
                NDManager manager = NDManager.newBaseManager(Training.ENGINE)) {
            NDList images = new NDList(manager.randomUniform(0, 1, batch));
            List<String> ids = LongStream.range(0, batch.get(0)).mapToObj(Long::toString).toList();
            NDList withIds = CacheIds.attach(images, ids);
            ParameterStore store = new ParameterStore(manager, false);
            double byIdS = seconds(() -> cached.forward(store, withIds, false).close());
            double byContentS = seconds(() -> cached.forward(store, images, false).close());
            return batch.size() * Float.BYTES / BYTES_PER_MB / (byContentS - byIdS);
        } finally {
            BenchmarkRows.delete(directory);
        }
    }

    /** Returns how fast the JDK takes a SHA-256 of as many bytes, row by row. */
    double digestMbPerS() throws GeneralSecurityException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        int rowBytes = (int) (batch.size() / batch.get(0)) * Float.BYTES;
        ByteBuffer row = ByteBuffer.allocateDirect(rowBytes);
        double seconds =
                seconds(
                        () -> {
                            for (int i = 0; i < batch.get(0); i++) {
                                digest.update(row.clear());
                                digest.digest();
                            }
                        });
        return batch.size() * Float.BYTES / BYTES_PER_MB / seconds;
    }

    /** Returns the least seconds of some rounds. */
    private static double seconds(Runnable work) {
        double best = Double.MAX_VALUE;
        for (int round = 0; round < CONTENT_ROUNDS; round++) {
            long beginNs = System.nanoTime();
            work.run();
            best = Math.min(best, (System.nanoTime() - beginNs) / 1e9);
        }
        return best;
    }

    @Override
    public void close() {
        executor.shutdown();
    }
}
