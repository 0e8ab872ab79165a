package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.InvalidOptionException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.stream.LongStream;

/** What is declared of rows that differ in length, and what happens where nothing is. */
class VaryingRowsOptionsTest extends VaryingRowsScenario {

    private CacheBlockDecoratorBuilder plain() {
        return Decorated.in(directory).setBlock(encoder);
    }

    private static NDList tokensOf(NDList batch) {
        return batch.subNDList(0);
    }

    @Test
    void forward_nothingDeclared_runsUncachedCountsAndNamesTheWayOut() {
        try (CacheBlockDecorator cached = plain().build()) {
            run(cached, batch(6, 2));
            String log =
                    Decorated.logOf(
                            () -> {
                                for (int i = 0; i < 3; i++) {
                                    assertSame(run(cached, batch(4, 3)).head(), expected(4, 3));
                                }
                            });
            assertThat(log).containsOnlyOnce("optPadOutput").contains("[6, 3]");
            assertThat(cached.stats().batchesOfOtherShape()).isEqualTo(3);
            assertThat(cached.stats().uncachedBatches()).isEqualTo(3);
        }
    }

    @Test
    void forward_refused_throwsAndNamesTheWayOut() {
        try (CacheBlockDecorator cached = plain().optVaryingRows(VaryingRows.REFUSE).build()) {
            run(cached, batch(6, 2));
            for (long[] ids : new long[][] {{4, 3}, {2, 3}, {2}}) {
                assertThatThrownBy(() -> run(cached, batch(ids)))
                        .isInstanceOf(UnsupportedOutputException.class)
                        .hasMessageContainingAll("SpyBlock", "[6, 3]", "optPadOutput");
            }
            assertSame(run(cached, batch(6, 2)).head(), expected(6, 2));
            assertThat(cached.stats().batchesOfOtherShape()).isEqualTo(3);
        }
    }

    /** The last axis differs too, and is not declared. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void forward_anotherAxisDiffers_isUncachedOrRefused(boolean refused) {
        SpyBlock block =
                new SpyBlock(
                        inputs -> {
                            long width = inputs.head().getShape().get(1);
                            NDArray rows = hidden(inputs);
                            return named("tokens", width > 4 ? rows.repeat(2, 2) : rows);
                        });
        CacheBlockDecoratorBuilder builder = padded().setBlock(block);
        if (refused) {
            builder.optVaryingRows(VaryingRows.REFUSE);
        }
        try (CacheBlockDecorator cached = builder.build()) {
            run(cached, batch(4, 2));
            assertSame(run(cached, batch(3, 2)).head(), expected(3, 2));
            if (refused) {
                assertThatThrownBy(() -> run(cached, batch(6, 2)))
                        .isInstanceOf(UnsupportedOutputException.class)
                        .hasMessageContaining("[-1, 3]");
            } else {
                assertSame(run(cached, batch(6, 2)).head(), expected(6, 2).repeat(2, 2));
            }
            assertThat(cached.stats().batchesOfOtherShape()).isEqualTo(1);
        }
    }

    @Test
    void forward_lengthsByFunction_areThoseOfTheRowsThatRan() {
        RowLengths lengths =
                inputs ->
                        Arrays.stream(inputs.head().toLongArray(), 0, (int) rowsOf(inputs))
                                .map(first -> first % 3)
                                .toArray();
        SpyBlock block = new SpyBlock(inputs -> named("tokens", inputs.head().add(100)));
        try (CacheBlockDecorator cached =
                padded().optRowLengths(lengths).optReturnLengths().setBlock(block).build()) {
            for (int i = 0; i < 2; i++) {
                NDArray column = manager.create(new long[] {3, 4, 5, 6, 7, 8}, new Shape(6, 1));
                NDList inputs = new NDList(column.reshape(3, 2).repeat(1, 2));
                NDList rows = run(cached, CacheIds.attach(inputs, 1, 2, 3));
                // the first numbers of the three rows are 3, 5 and 7, but the function reads 3, 3,
                // 4
                assertThat(rows.get("row_lengths").toLongArray()).containsExactly(0, 0, 1);
                assertThat(rows.head().toLongArray()).containsExactly(0, 0, 107);
            }
            assertThat(block.rowsRun()).isEqualTo(3);
        }
    }

    private static long rowsOf(NDList inputs) {
        return inputs.head().getShape().get(0);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 7})
    void forward_aLengthThatNoRowHas_isRefused(long length) {
        RowLengths lengths = inputs -> LongStream.of(0, length).toArray();
        try (CacheBlockDecorator cached =
                padded().optRowLengths(lengths).setBlock(encoder).build()) {
            assertThatThrownBy(() -> run(cached, batch(6, 2)))
                    .isInstanceOf(UnsupportedOutputException.class)
                    .hasMessageContainingAll("row 1", "from 0 to 6", "optRowLengths");
            assertThatThrownBy(() -> run(cached, batch(6, 2, 3)))
                    .isInstanceOf(UnsupportedOutputException.class);
        }
    }

    @Test
    void forward_maskByPosition_isTaken() {
        try (CacheBlockDecorator cached = padded().optContentMask(1).setBlock(biased).build()) {
            NDList batch = wide(7, 6, 2);
            batch.get(1).setName("attention_mask_of_another_name");
            NDArray rows = run(cached, batch).head();
            assertThat(rows.get(1).toFloatArray()).startsWith(22, 11.5f, 43, 23, 12, 45, 0, 0, 0);
            assertThat(rows.getShape()).isEqualTo(new Shape(2, 7, HIDDEN));
        }
    }

    @Test
    void forward_maskOfAnotherLength_isWarnedOfOnceAndNotTaken() {
        SpyBlock halved =
                new SpyBlock(
                        inputs ->
                                named(
                                        "tokens",
                                        hidden(inputs)
                                                .reshape(rowsOf(inputs), -1, 2, HIDDEN)
                                                .sum(new int[] {2})));
        try (CacheBlockDecorator cached = padded().setBlock(halved).build()) {
            String log =
                    Decorated.logOf(
                            () -> {
                                for (int i = 0; i < 2; i++) {
                                    NDArray rows = run(cached, wide(8, 6, 2)).head();
                                    assertThat(rows.getShape()).isEqualTo(new Shape(2, 3, HIDDEN));
                                }
                                run(cached, wide(8, 5, 3));
                            });
            assertThat(log).containsOnlyOnce("optRowLengths").contains("8 columns", "output 4");
        }
    }

    @Test
    void forward_optionsThatDoNotFitTheOutputs_areRefusedByTheFirstBatch() {
        assertRefused("names", Decorated.in(directory).optPadOutput("names", 1, 0));
        assertRefused("1 of", Decorated.in(directory).optPadOutput(1, 1, 0));
        assertRefused("axis 3", Decorated.in(directory).optPadOutput(0, 3, 0));
        assertRefused("axis -3", Decorated.in(directory).optPadOutput("tokens", -3, 0));
        assertRefused("1.0E39", Decorated.in(directory).optPadOutput("tokens", 1, 1e39));
    }

    private void assertRefused(String named, CacheBlockDecoratorBuilder builder) {
        try (CacheBlockDecorator cached = builder.setBlock(encoder).build()) {
            assertThatThrownBy(() -> run(cached, batch(6, 2)))
                    .isInstanceOf(InvalidOptionException.class)
                    .hasMessageContaining(named);
        }
    }

    @Test
    void build_optionsThatContradict_areRefused() {
        assertThatThrownBy(() -> plain().optPadOutput("tokens", 0, 0))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("0: 1 is the first of a row");
        assertThatThrownBy(() -> plain().optPadOutput(-1, 1, 0))
                .isInstanceOf(InvalidOptionException.class);
        assertThatThrownBy(() -> padded().optPadOutput("tokens", 2, 1))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("output tokens");
        assertThatThrownBy(() -> plain().optVaryingRows(VaryingRows.PAD).build())
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("optPadOutput");
        assertThatThrownBy(() -> plain().optRowLengths(inputs -> new long[0]).build())
                .isInstanceOf(InvalidOptionException.class);
        assertThatThrownBy(() -> plain().optReturnLengths().build())
                .isInstanceOf(InvalidOptionException.class);
        assertThatThrownBy(
                        () ->
                                padded().optVaryingRows(VaryingRows.UNCACHED)
                                        .setBlock(encoder)
                                        .build())
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("PAD or REFUSE");
    }

    @Test
    void build_otherPaddingOrLengths_haveRowsOfTheirOwn() {
        long rows = 0;
        for (CacheBlockDecoratorBuilder builder :
                Arrays.asList(
                        Decorated.in(directory),
                        padded(),
                        Decorated.in(directory).optPadOutput("tokens", 1, 1),
                        padded().optPadOutput("tokens", 2, 0),
                        padded().optRowLengths(inputs -> new long[] {1, 1}))) {
            try (CacheBlockDecorator cached = builder.setBlock(encoder).build()) {
                run(cached, batch(6, 2));
                rows += 2;
                assertThat(encoder.rowsRun()).isEqualTo(rows);
            }
        }
        try (CacheBlockDecorator cached = padded().setBlock(encoder).build()) {
            run(cached, batch(6, 2));
            assertThat(encoder.rowsRun()).isEqualTo(rows);
        }
    }

    /** The user keeps the fingerprint of a given cache. */
    @Test
    void forward_givenCacheOfRowsOfOneLength_runsUncached() {
        try (FeatureCache cache =
                FeatureCache.builder().directory(directory).moduleId("given").open()) {
            CacheBlockDecorator fixed =
                    CacheBlockDecorator.builder().setCache(cache).setBlock(encoder).build();
            run(fixed, batch(6, 2));
            CacheBlockDecorator varying =
                    CacheBlockDecorator.builder()
                            .setCache(cache)
                            .setBlock(encoder)
                            .optPadOutput("tokens", 1, 0)
                            .build();
            assertSame(run(varying, batch(6, 3)).head(), expected(6, 3));
            assertThat(varying.stats().batchesOfOtherShape()).isEqualTo(1);
            cache.reset();
            run(varying, batch(6, 3));
            assertSame(run(varying, batch(3)).head(), expected(3));
            assertThat(varying.stats().hits()).isEqualTo(1);
            assertSame(run(fixed, batch(6, 2)).head(), expected(6, 2));
            assertThat(fixed.stats().batchesOfOtherShape()).isEqualTo(1);
        }
    }

    @Test
    void optPadOutput_outputsThatAnEngineSorts_areFoundByName() {
        boolean[] swapped = new boolean[1];
        SpyBlock block =
                new SpyBlock(
                        inputs -> {
                            NDArray sums = inputs.head().sum(new int[] {1});
                            sums.setName("sum");
                            NDList outputs = named("tokens", hidden(inputs));
                            outputs.add(swapped[0] ? 0 : 1, sums);
                            return outputs;
                        });
        try (CacheBlockDecorator cached =
                Decorated.in(directory).optPadOutput(0, 1, 0).setBlock(block).build()) {
            run(cached, batch(6, 2));
            swapped[0] = true;
            NDList rows = run(cached, batch(6, 3));
            assertSame(rows.head(), expected(6, 3));
            assertThat(rows.get(1).toLongArray())
                    .isEqualTo(tokensOf(batch(6, 3)).head().sum(new int[] {1}).toLongArray());
            assertThat(cached.stats().hits()).isEqualTo(1);
            assertThat(rows.head().getDataType()).isEqualTo(DataType.FLOAT32);
        }
    }
}
