package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowShapes;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Rows of different lengths through the cache: what is stored, and what a batch returns. */
class VaryingRowsTest extends VaryingRowsScenario {

    private static final long[] TEXTS = LongStream.range(0, 40).toArray();

    /** Returns ids of a batch, of which one is a text that is not empty. */
    private static long[] some(Random random) {
        return IntStream.range(0, 1 + random.nextInt(9))
                .mapToLong(i -> i == 0 ? 1 + random.nextInt(6) : TEXTS[random.nextInt(40)])
                .toArray();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void forward_rowsOfDifferentLengths_areThoseOfTheBlockInEveryEpoch(boolean masked) {
        try (CacheBlockDecorator cached = padded().setBlock(encoder).build()) {
            for (int epoch = 0; epoch < 3; epoch++) {
                Random random = new Random(masked ? 1 : 2);
                for (int i = 0; i < 25; i++) {
                    long[] ids = some(random);
                    NDList rows = run(cached, masked ? batch(ids) : unmasked(ids));
                    assertSame(rows.singletonOrThrow(), expected(ids));
                    assertThat(rows.head().getName()).isEqualTo("tokens");
                }
                if (epoch == 0) {
                    assertThat(cached.stats().uncachedBatches()).isZero();
                    assertThat(encoder.rowsRun()).isEqualTo(cached.cache().rowCount());
                }
            }
            assertThat(encoder.rowsRun()).isEqualTo(cached.cache().rowCount());
        }
    }

    /** Each text has a place among hits and among misses, and the others are all of one kind. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void forward_anyRowsAreHits_returnsTheSameBits(boolean masked) {
        long[] ids = {6, 2, 7, 4};
        for (int hits = 0; hits < 1 << ids.length; hits++) {
            try (CacheBlockDecorator cached =
                    Decorated.in(directory.resolve("of" + hits))
                            .optPadOutput("tokens", 1, masked ? -5 : 0)
                            .setBlock(masked ? biased : encoder)
                            .build()) {
                int stored = hits;
                long[] before =
                        IntStream.range(0, ids.length)
                                .filter(i -> (stored >> i & 1) == 1)
                                .mapToLong(i -> ids[i])
                                .toArray();
                if (before.length > 0) {
                    run(cached, masked ? wide(9, before) : unmasked(before));
                }
                NDArray rows = run(cached, masked ? batch(ids) : unmasked(ids)).head();
                NDArray counts = batch(ids).get("attention_mask").expandDims(2);
                NDArray padding = counts.sub(1).mul(5).toType(DataType.FLOAT32, false);
                NDArray biased = expected(ids).add(1).mul(counts).add(padding);
                assertSame(rows, masked ? biased : expected(ids));
                assertThat(cached.stats().hits()).isEqualTo(before.length);
            }
        }
    }

    @Test
    void put_aPaddedRow_isStoredAtItsOwnLength() {
        long[] ids = {6, 2, 7};
        try (CacheBlockDecorator cached = padded().setBlock(biased).build()) {
            run(cached, wide(50, ids));
            assertThat(cached.cache().schema().orElseThrow().columns())
                    .containsExactly(
                            Column.of("tokens", ElementType.FLOAT32, Column.VARIABLE, HIDDEN));
            RowShapes shapes = cached.cache().shapes(Keys.of(ids)).orElseThrow();
            for (int row = 0; row < ids.length; row++) {
                assertThat(shapes.shape(0, row)).containsExactly(lengthOf(ids[row]), HIDDEN);
            }
        }
    }

    @Test
    void forward_aMaskWiderThanEveryText_isReturnedAtItsWidth() {
        long[] ids = {3, 2};
        try (CacheBlockDecorator cached = padded().setBlock(biased).build()) {
            for (int i = 0; i < 2; i++) {
                NDArray rows = run(cached, wide(8, ids)).head();
                NDArray counts = wide(8, ids).get("attention_mask").expandDims(2);
                NDArray expected = hidden(wide(8, ids)).add(1).mul(counts);
                assertSame(rows, expected.toType(DataType.FLOAT32, false));
            }
            assertThat(biased.rowsRun()).isEqualTo(2);
        }
    }

    /** It has one row, whose length is that of the first text. */
    @Test
    void forward_anInputThatRowsShare_tellsNoLengthOfThem() {
        long[] ids = {3, 2};
        SpyBlock second =
                new SpyBlock(inputs -> named("tokens", hidden(new NDList(inputs.get(1)))));
        NDArray shared = manager.create(new float[] {1, 1, 1, 0, 0}, new Shape(1, 5));
        try (CacheBlockDecorator cached = padded().setBlock(second).optSharedInputs(0).build()) {
            for (int i = 0; i < 2; i++) {
                NDList batch = new NDList(shared);
                batch.addAll(unmasked(ids));
                assertSame(run(cached, batch).head(), expected(ids));
            }
            assertThat(cached.stats().hits()).isEqualTo(2);
        }
    }

    @Test
    void forward_inAnotherProcess_readsTheSameBits() {
        long[] ids = {6, 2, 7, 4, 13};
        NDArray first;
        try (CacheBlockDecorator cached = padded().setBlock(encoder).build()) {
            first = run(cached, batch(ids)).head();
        }
        try (CacheBlockDecorator cached = padded().setBlock(encoder).build()) {
            assertSame(run(cached, batch(ids)).head(), first);
            assertSame(run(cached, batch(2, 4)).head(), expected(2, 4));
            assertThat(cached.stats().misses()).isZero();
        }
        assertThat(encoder.rowsRun()).isEqualTo(5);
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT32", "FLOAT64", "FLOAT16", "INT8", "INT32", "INT64", "UINT8", "BOOLEAN"})
    void forward_everyType_isCutAndPadded(DataType type) {
        SpyBlock block =
                new SpyBlock(
                        inputs -> {
                            NDArray tokens = inputs.head().expandDims(2).repeat(2, 2);
                            NDArray small = type == DataType.BOOLEAN ? tokens.gt(0) : tokens;
                            return new NDList(small.toType(type, true));
                        });
        long[] ids = {6, 2, 7, 4, 13};
        try (CacheBlockDecorator cached =
                Decorated.in(directory).optPadOutput(0, 1, 1).setBlock(block).build()) {
            NDArray tokens = batch(ids).head().expandDims(2).repeat(2, 2);
            NDArray padded = tokens.add(tokens.eq(0).toType(DataType.INT64, false));
            NDArray expected =
                    (type == DataType.BOOLEAN ? padded.gt(0) : padded).toType(type, true);
            assertSame(run(cached, batch(ids)).head(), expected);
            assertSame(run(cached, batch(ids)).head(), expected);
            assertThat(cached.stats().hits()).isEqualTo(5);
        }
    }

    @Test
    void forward_oneOutputOfSeveral_isPadded() {
        SpyBlock block =
                new SpyBlock(
                        inputs -> {
                            NDArray sums = inputs.head().sum(new int[] {1});
                            sums.setName("sum");
                            NDArray pooled = hidden(inputs).sum(new int[] {1});
                            pooled.setName("pooled");
                            NDList outputs = named("tokens", hidden(inputs));
                            outputs.add(0, sums);
                            outputs.add(pooled);
                            return outputs;
                        });
        try (CacheBlockDecorator cached =
                padded().optReturnLengths()
                        .optInputCheck()
                        .optContentMask(1)
                        .setBlock(block)
                        .build()) {
            for (int i = 0; i < 2; i++) {
                for (long[] ids : new long[][] {{6, 2}, {2, 4}, {13, 6, 2}}) {
                    NDList rows = run(cached, batch(ids));
                    NDList plain = Decorated.run(block, manager, batch(ids));
                    assertThat(rows).hasSize(4);
                    for (int output = 0; output < 3; output++) {
                        assertSame(rows.get(output), plain.get(output));
                    }
                    assertThat(rows.get("row_lengths").toLongArray())
                            .containsExactly(
                                    LongStream.of(ids)
                                            .map(VaryingRowsScenario::lengthOf)
                                            .toArray());
                }
            }
            assertThat(cached.stats().hits()).isEqualTo(10);
        }
    }

    /** Attention of each token to each: two axes differ, between others that do not. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void forward_severalAxes_areCutAndPadded(boolean fromTheEnd) {
        SpyBlock block = new SpyBlock(inputs -> new NDList(attention(inputs)));
        try (CacheBlockDecorator cached =
                Decorated.in(directory)
                        .optPadOutput(0, fromTheEnd ? -3 : 2, 0)
                        .optPadOutput(0, fromTheEnd ? -2 : 3, 0)
                        .optReturnLengths()
                        .setBlock(block)
                        .build()) {
            for (int i = 0; i < 2; i++) {
                for (long[] ids : new long[][] {{6, 2}, {2, 4}, {13, 6, 2}}) {
                    NDList rows = run(cached, batch(ids));
                    assertSame(rows.head(), attention(batch(ids)));
                    assertThat(rows.getShapes())
                            .containsExactly(
                                    rows.head().getShape(),
                                    new Shape(ids.length),
                                    new Shape(ids.length));
                    assertThat(rows.get("row_lengths1").toLongArray())
                            .isEqualTo(rows.get("row_lengths0").toLongArray());
                }
            }
            assertThat(block.rowsRun()).isEqualTo(4);
        }
    }

    private static NDArray attention(NDList inputs) {
        NDArray tokens = inputs.head().toType(DataType.FLOAT32, false);
        NDArray pairs = tokens.expandDims(2).mul(tokens.expandDims(1));
        return pairs.expandDims(1).repeat(1, 2).expandDims(4).repeat(4, 2);
    }

    @Test
    void forward_textsWithoutTokens_areRowsOfNoLength() {
        try (CacheBlockDecorator cached = padded().optReturnLengths().setBlock(encoder).build()) {
            for (int i = 0; i < 2; i++) {
                assertSame(run(cached, batch(7, 3, 14)).head(), expected(7, 3, 14));
                NDList empty = run(cached, wide(2, 7, 14));
                assertThat(empty.head().getShape()).isEqualTo(new Shape(2, 2, HIDDEN));
                assertThat(empty.head().sum().getFloat()).isZero();
                assertThat(empty.get(1).toLongArray()).containsExactly(0, 0);
            }
            assertThat(encoder.rowsRun()).isEqualTo(3);
            assertThat(run(cached, wide(0, 7, 14)).head().getShape())
                    .isEqualTo(new Shape(2, 0, HIDDEN));
        }
    }

    @Test
    void forward_pastTheCache_returnsTheSameBits() {
        long[] ids = {6, 2, 7};
        try (CacheBlockDecorator cached = padded().optReturnLengths().setBlock(biased).build()) {
            NDList through = run(cached, wide(8, ids));
            cached.setEnabled(false);
            for (NDList past :
                    new NDList[] {
                        run(cached, wide(8, ids)),
                        Decorated.train(cached, manager, wide(8, ids)),
                        run(cached, wide(8, ids).subNDList(0)),
                    }) {
                assertThat(past).hasSize(2);
                assertSame(past.head(), through.head());
                assertThat(past.get(1).toLongArray()).containsExactly(6, 2, 0);
            }
            NDList noIds = wide(8, ids);
            noIds.remove(2);
            assertSame(run(cached, noIds).head(), through.head());
        }
    }

    @Test
    void forward_batchOfOneRowInTraining_isPaddedToItself() {
        try (CacheBlockDecorator cached = padded().setBlock(encoder).build()) {
            for (int i = 0; i < 2; i++) {
                for (long id = 1; id < 6; id++) {
                    NDList rows = Decorated.train(cached, manager, unmasked(id));
                    assertSame(rows.singletonOrThrow(), expected(id));
                }
            }
            assertThat(encoder.calls()).hasSize(5);
        }
    }

    @Test
    void forward_repeatedIds_areRowsOfOneLength() {
        try (CacheBlockDecorator cached = padded().setBlock(encoder).build()) {
            for (int i = 0; i < 2; i++) {
                assertSame(run(cached, batch(2, 6, 2, 2)).head(), expected(2, 6, 2, 2));
            }
            assertThat(cached.cache().rowCount()).isEqualTo(2);
        }
    }

    @Test
    void forward_hitsOfNewLengths_doNotRunTheBlock() {
        try (CacheBlockDecorator cached = padded().setBlock(encoder).build()) {
            run(cached, batch(6, 5, 4, 3));
            for (long id = 3; id < 6; id++) {
                assertSame(run(cached, batch(id)).head(), expected(id));
            }
            assertThat(encoder.calls()).hasSize(1);
        }
    }

    @Test
    void forward_noRows_returnsNone() {
        try (CacheBlockDecorator cached = padded().optReturnLengths().setBlock(encoder).build()) {
            run(cached, batch(6, 2));
            assertThat(run(cached, wide(3)).getShapes())
                    .containsExactly(new Shape(0, 3, HIDDEN), new Shape(0));
        }
    }

    /** Threads compute and read the rows of one another. */
    @Test
    void forward_manyThreads_getTheRowsOfTheirBatches() throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(6);
        try (CacheBlockDecorator cached = padded().setBlock(encoder).build()) {
            List<Future<?>> threads = new ArrayList<>();
            for (int thread = 0; thread < 6; thread++) {
                Random random = new Random(thread);
                threads.add(
                        executor.submit(
                                () -> {
                                    for (int i = 0; i < 40; i++) {
                                        long[] ids = some(random);
                                        assertSame(run(cached, batch(ids)).head(), expected(ids));
                                    }
                                }));
            }
            for (Future<?> thread : threads) {
                thread.get();
            }
            assertThat(encoder.rowsRun()).isEqualTo(cached.cache().rowCount());
        } finally {
            executor.shutdown();
        }
    }

    @Test
    void getOutputShapes_withLengths_hasTheirArraysToo() {
        try (CacheBlockDecorator cached = padded().optReturnLengths().setBlock(encoder).build()) {
            Shape tokens = new Shape(4, 9);
            for (int i = 0; i < 2; i++) {
                assertThat(cached.getOutputShapes(new Shape[] {tokens, tokens}))
                        .containsExactly(new Shape(4, 9, HIDDEN), new Shape(4));
                run(cached, batch(6, 2));
            }
        }
    }
}
