package io.github.djlcachex.djl;

import ai.djl.ndarray.NDList;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** A warm-up whose JVM ends in the middle, without a hook, once some rows are on disk. */
final class WarmupProgram {

    static final int ROWS = 40;
    static final int KEPT = 4;
    static final int EXIT = 137;

    private WarmupProgram() {}

    static CacheBlockDecorator open(Path directory, SpyBlock block) {
        return Decorated.in(directory)
                .setBlock(block)
                .optMinBatchRows(1)
                .optFingerprint("same")
                .build();
    }

    static CachedDataset dataset() {
        return FoldData.of(ROWS);
    }

    public static void main(String[] args) throws Exception {
        CacheBlockDecorator[] opened = new CacheBlockDecorator[1];
        AtomicInteger batches = new AtomicInteger();
        SpyBlock halting =
                new SpyBlock(
                        inputs -> {
                            if (batches.incrementAndGet() == 6) {
                                while (opened[0].cache().stats().persistedRows() < KEPT) {
                                    Thread.onSpinWait();
                                }
                                Runtime.getRuntime().halt(EXIT);
                            }
                            return new NDList(inputs.head().mul(2).add(1));
                        });
        CacheBlockDecorator cached = open(Path.of(args[0]), halting);
        opened[0] = cached;
        Warmup.of(cached, dataset()).optFlushInterval(Duration.ZERO).run();
    }
}
