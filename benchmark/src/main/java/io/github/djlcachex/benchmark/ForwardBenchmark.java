package io.github.djlcachex.benchmark;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;

import io.github.djlcachex.cache.GatherResult;
import io.github.djlcachex.djl.AuditMode;
import io.github.djlcachex.djl.CacheBlockDecorator;
import io.github.djlcachex.djl.CacheIds;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Batches of 2 KiB rows through the decorator, all of them hits, beside the same gather alone. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@SuppressWarnings("NullAway.Init") // JMH calls the setup.
public class ForwardBenchmark {

    private static final int FLOATS = 512;
    private static final int BATCHES = 512;
    private static final Shape INPUT = new Shape(BenchmarkRows.BATCH, 1, 8, 8);

    /** Rows of the cache. */
    @Param("100096")
    public int rows;

    /**
     * The mode of the audit: its first hits are in the warm-up, its samples in what is measured.
     */
    @Param("WARN")
    public AuditMode audit;

    private NDManager manager;
    private ParameterStore parameters;
    private Path directory;
    private Block block;
    private CacheBlockDecorator cached;
    private NDList images;
    private long[][] ids;
    private Keys[] keys;
    private RowBatch into;
    private int next;

    /** Creates the benchmark; JMH fills it. */
    public ForwardBenchmark() {}

    /**
     * Runs every row through the block once.
     *
     * @throws IOException if the rows cannot be written
     */
    @Setup(Level.Trial)
    public void fill() throws IOException {
        manager = NDManager.newBaseManager(Training.ENGINE);
        parameters = new ParameterStore(manager, false);
        directory = Fixtures.temporary("forward");
        images = new NDList(manager.ones(INPUT));
        block = newBlock();
        try (CacheBlockDecorator filled = decorator()) {
            for (int from = 0; from < rows; from += BenchmarkRows.BATCH) {
                int[] batch = BenchmarkRows.range(from, BenchmarkRows.BATCH);
                forward(filled, BenchmarkRows.longs(batch));
            }
        }
        cached = decorator();
        draw();
        into = RowBatch.allocate(cached.cache().schema().orElseThrow(), BenchmarkRows.BATCH);
    }

    private Block newBlock() {
        Block block =
                new SequentialBlock()
                        .add(Blocks.batchFlattenBlock())
                        .add(Linear.builder().setUnits(FLOATS).build());
        block.initialize(manager, DataType.FLOAT32, INPUT);
        block.freezeParameters(true);
        return block;
    }

    private CacheBlockDecorator decorator() {
        return CacheBlockDecorator.builder()
                .setBlock(block)
                .setDirectory(directory)
                .setModuleId("forward")
                .optFingerprint("any weights")
                .optAudit(audit)
                .build();
    }

    private void draw() {
        Random random = new Random(5);
        ids = new long[BATCHES][];
        keys = new Keys[BATCHES];
        for (int i = 0; i < BATCHES; i++) {
            ids[i] = random.longs(BenchmarkRows.BATCH, 0, rows).toArray();
            keys[i] = Keys.of(ids[i]);
        }
    }

    private long forward(CacheBlockDecorator block, long[] batch) {
        try (NDManager scope = manager.newSubManager()) {
            NDList inputs = new NDList(images);
            inputs.attach(scope);
            NDList outputs = block.forward(parameters, CacheIds.attach(inputs, batch), false, null);
            long size = outputs.singletonOrThrow().size();
            inputs.attach(manager);
            return size;
        }
    }

    /**
     * The decorator, with the ids as a new array for each batch.
     *
     * @return the number of floats
     */
    @Benchmark
    public long forward() {
        next = (next + 1) % BATCHES;
        return forward(cached, ids[next]);
    }

    /**
     * The limit: the gather below it.
     *
     * @return the result
     */
    @Benchmark
    public GatherResult gather() {
        next = (next + 1) % BATCHES;
        return cached.cache().gather(keys[next], into);
    }

    /**
     * Removes the rows.
     *
     * @throws IOException if they cannot be removed
     */
    @TearDown(Level.Trial)
    public void close() throws IOException {
        if (cached.stats().misses() != 0 || cached.stats().auditMismatches() != 0) {
            throw new IllegalStateException(cached.stats().toString());
        }
        cached.close();
        manager.close();
        BenchmarkRows.delete(directory);
    }
}
