package io.github.djlcachex.djl;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Trains on 200 rows until it is killed, and never closes or flushes its cache. */
final class KilledRunProgram {

    static final String FINGERPRINT = "killed run";
    static final int ROWS = 200;

    private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private KilledRunProgram() {}

    /** Runs epochs; arguments are the directory. */
    public static void main(String[] arguments) throws Exception {
        CacheBlockDecorator cached =
                Decorated.in(Path.of(arguments[0]))
                        .setBlock(SpyBlock.twicePlusOne())
                        .optFingerprint(FINGERPRINT)
                        // neither age, nor rest, nor the time of the block has rows written
                        .optCacheOptions(options -> options.flushDelay(Duration.ofDays(1)))
                        .build();
        for (int epoch = 1; ; epoch++) {
            runEpoch(cached);
            awaitRowsOnDisk(cached);
            System.out.println("> epoch " + epoch);
        }
    }

    /** The end of the epoch has their writing started, and does not wait for the disk. */
    private static void awaitRowsOnDisk(CacheBlockDecorator cached) {
        long start = System.nanoTime();
        while (cached.cache().stats().persistedRows() < ROWS) {
            if (System.nanoTime() - start > DEADLINE_NANOS) {
                throw new IllegalStateException("the rows of the epoch are not on disk");
            }
            Thread.onSpinWait();
        }
    }

    private static void runEpoch(CacheBlockDecorator cached) throws Exception {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            ArrayDataset data =
                    new ArrayDataset.Builder()
                            .setData(manager.ones(new Shape(ROWS, 2)))
                            .optLabels(manager.ones(new Shape(ROWS)))
                            .setSampling(20, true)
                            .build();
            CachedDataset dataset = CachedDataset.withNamespace(data, "train");
            for (Batch batch : dataset.getData(manager)) {
                NDList outputs = Decorated.train(cached, manager, batch.getData());
                outputs.close();
                batch.close();
            }
        }
    }
}
