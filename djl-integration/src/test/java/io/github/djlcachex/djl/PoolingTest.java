package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Functions between a block and the cache, on a text encoder of ONNX Runtime. */
class PoolingTest {

    private static final int WIDTH = 8;

    @TempDir Path directory;

    private final Model model = GraphModels.tokens();
    private final NDManager torch = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        model.close();
        torch.close();
    }

    private CacheBlockDecorator pooled(OutputFunction function) {
        return Decorated.in(directory).setModel(model).optOutput(function).build();
    }

    /** Returns texts of tokens as a batch that is padded to the longest, or to more. */
    private static NDList batch(NDManager manager, int length, long[]... texts) {
        long[] tokens = new long[texts.length * length];
        long[] mask = new long[tokens.length];
        for (int i = 0; i < texts.length; i++) {
            for (int t = 0; t < texts[i].length; t++) {
                tokens[i * length + t] = texts[i][t];
                mask[i * length + t] = 1;
            }
        }
        NDArray input = manager.create(tokens, new Shape(texts.length, length));
        NDArray inputMask = manager.create(mask, new Shape(texts.length, length));
        input.setName("input_ids");
        inputMask.setName("attention_mask");
        return new NDList(input, inputMask);
    }

    /** Returns the rows of the table behind the graph, by running it on single tokens. */
    private float[] token(long token) {
        try (NDManager manager = NDManager.newBaseManager("OnnxRuntime")) {
            NDList one = batch(manager, 1, new long[] {token});
            return Decorated.run(model.getBlock(), manager, one).head().toFloatArray();
        }
    }

    private float[] meanOf(long... tokens) {
        double[] sums = new double[WIDTH];
        for (long token : tokens) {
            float[] values = token(token);
            for (int i = 0; i < WIDTH; i++) {
                sums[i] += values[i];
            }
        }
        float[] mean = new float[WIDTH];
        for (int i = 0; i < WIDTH; i++) {
            mean[i] = (float) (sums[i] / tokens.length);
        }
        return mean;
    }

    @ParameterizedTest
    @ValueSource(strings = {"OnnxRuntime", "PyTorch"})
    void meanByMask_textsOfAnyLength_areCachedAtOneShape(String engine) {
        try (NDManager manager = NDManager.newBaseManager(engine);
                CacheBlockDecorator cached = pooled(Pooling.meanByMask("attention_mask"))) {
            NDList shorter = batch(manager, 3, new long[] {1, 2}, new long[] {7, 8, 9});
            float[] first =
                    Decorated.run(cached, manager, CacheIds.attach(shorter, 1, 2))
                            .head()
                            .toFloatArray();
            NDList longer = batch(manager, 6, new long[] {7, 8, 9}, new long[] {4, 5, 6, 7, 8, 9});
            NDList outputs = Decorated.run(cached, manager, CacheIds.attach(longer, 2, 3));
            assertThat(outputs.head().getShape()).isEqualTo(new Shape(2, WIDTH));
            assertThat(outputs.head().getName()).isEqualTo("tokens");
            float[] second = outputs.head().toFloatArray();
            assertThat(row(first, 0)).isEqualTo(meanOf(1, 2));
            assertThat(row(first, 1)).isEqualTo(meanOf(7, 8, 9)).isEqualTo(row(second, 0));
            assertThat(row(second, 1)).isEqualTo(meanOf(4, 5, 6, 7, 8, 9));
            assertThat(cached.stats().hits()).isEqualTo(1);
            assertThat(cached.stats().batchesOfOtherShape()).isZero();
            assertThat(cached.cache().schema().orElseThrow().rowBytes()).isEqualTo(4 * WIDTH);
        }
    }

    private static float[] row(float[] rows, int row) {
        return Arrays.copyOfRange(rows, row * WIDTH, (row + 1) * WIDTH);
    }

    @Test
    void meanByMask_switchedOffOrWithoutIds_givesTheSameRows() {
        try (CacheBlockDecorator cached = pooled(Pooling.meanByMask(1))) {
            NDList batch = batch(torch, 4, new long[] {1, 2, 3}, new long[] {5});
            List<String> on = Bits.hex(Decorated.run(cached, torch, CacheIds.attach(batch, 1, 2)));
            List<String> without = Bits.hex(Decorated.run(cached, torch, batch));
            cached.setEnabled(false);
            List<String> off = Bits.hex(Decorated.run(cached, torch, CacheIds.attach(batch, 1, 2)));
            assertThat(without).isEqualTo(on);
            assertThat(off).isEqualTo(on);
        }
    }

    @Test
    void meanByMask_ofNoTokenThatCounts_isZeros() {
        try (CacheBlockDecorator cached = pooled(Pooling.meanByMask(1))) {
            NDList batch = CacheIds.attach(batch(torch, 2, new long[0]), 1);
            assertThat(Decorated.run(cached, torch, batch).head().toFloatArray())
                    .isEqualTo(new float[WIDTH]);
        }
    }

    @Test
    void meanByMask_maskOfEveryType_countsTheSameTokens() {
        NDArray tokens = torch.arange(0, 2 * 3 * 2, 1, DataType.FLOAT32).reshape(2, 3, 2);
        NDArray mask = torch.create(new float[] {1, 1, 0, 1, 0, 0}, new Shape(2, 3));
        float[] expected = {1, 2, 6, 7};
        for (DataType type :
                List.of(
                        DataType.FLOAT32,
                        DataType.FLOAT64,
                        DataType.FLOAT16,
                        DataType.INT64,
                        DataType.INT32,
                        DataType.INT8,
                        DataType.UINT8,
                        DataType.BOOLEAN)) {
            NDList inputs = new NDList(tokens, mask.toType(type, false));
            NDList pooled = Pooling.meanByMask(1).apply(inputs, new NDList(tokens));
            assertThat(pooled.head().toFloatArray()).as(type.name()).isEqualTo(expected);
        }
        NDArray signed = torch.create(new float[] {-0f, 1, -2}, new Shape(1, 3));
        NDArray high =
                torch.create(new byte[] {(byte) 128, 0, 0}, new Shape(1, 3))
                        .toType(DataType.UINT8, false);
        NDArray one = torch.create(new float[] {1, 2, 4}, new Shape(1, 3, 1));
        assertThat(
                        Pooling.meanByMask(0)
                                .apply(new NDList(signed), new NDList(one))
                                .head()
                                .getFloat(0, 0))
                .isEqualTo(3f);
        assertThat(
                        Pooling.meanByMask(0)
                                .apply(new NDList(high), new NDList(one))
                                .head()
                                .getFloat(0, 0))
                .isEqualTo(1f);
    }

    @Test
    void cls_ofTokens_isTheFirst() {
        try (CacheBlockDecorator cached = pooled(Pooling.cls())) {
            NDList batch = CacheIds.attach(batch(torch, 3, new long[] {9, 8, 7}), 1);
            assertThat(Decorated.run(cached, torch, batch).head().toFloatArray())
                    .isEqualTo(token(9));
        }
    }

    @Test
    void l2Normalization_behindAPooling_givesRowsOfLengthOne() {
        OutputFunction function = Pooling.meanByMask(1).andThen(Pooling.l2Normalization());
        try (CacheBlockDecorator cached = pooled(function)) {
            NDList batch = CacheIds.attach(batch(torch, 3, new long[] {9, 8, 7}), 1);
            float[] row = Decorated.run(cached, torch, batch).head().toFloatArray();
            double squares = 0;
            for (float value : row) {
                squares += (double) value * value;
            }
            assertThat(squares).isBetween(0.999999, 1.000001);
        }
        NDList zeros = new NDList(torch.zeros(new Shape(2, 3), DataType.FLOAT64));
        assertThat(Pooling.l2Normalization().apply(zeros, zeros).head().toDoubleArray())
                .containsOnly(0);
    }

    @Test
    void optOutput_otherFunctions_haveRowsOfTheirOwn() {
        List<OutputFunction> functions =
                List.of(
                        Pooling.meanByMask(1),
                        Pooling.meanByMask("attention_mask"),
                        Pooling.cls(),
                        Pooling.l2Normalization(),
                        Pooling.cls().andThen(Pooling.l2Normalization()),
                        (inputs, outputs) -> new NDList(outputs.head().max(new int[] {1})),
                        (inputs, outputs) -> new NDList(outputs.head().min(new int[] {1})),
                        Pooling.cls()
                                .andThen((inputs, outputs) -> new NDList(outputs.head().mul(2))),
                        Pooling.cls()
                                .andThen((inputs, outputs) -> new NDList(outputs.head().mul(3))));
        for (OutputFunction function : functions) {
            try (CacheBlockDecorator cached = pooled(function)) {
                NDList batch = CacheIds.attach(batch(torch, 2, new long[] {1, 2}), 1);
                Decorated.run(cached, torch, batch);
                assertThat(cached.stats().misses()).as(function.toString()).isEqualTo(1);
            }
        }
        for (OutputFunction function : functions) {
            try (CacheBlockDecorator cached = pooled(function)) {
                NDList batch = CacheIds.attach(batch(torch, 2, new long[] {1, 2}), 1);
                Decorated.run(cached, torch, batch);
                assertThat(cached.stats().hits()).as(function.toString()).isEqualTo(1);
            }
        }
    }

    @Test
    void optOutput_besideAFingerprint_isPartOfIt() {
        CacheBlockDecoratorBuilder plain =
                Decorated.in(directory).setModel(model).optFingerprint("a");
        CacheBlockDecoratorBuilder pooled =
                Decorated.in(directory)
                        .setModel(model)
                        .optFingerprint("a")
                        .optOutput(Pooling.cls());
        try (CacheBlockDecorator one = plain.build();
                CacheBlockDecorator other = pooled.build()) {
            assertThat(one.cache().directory()).isNotEqualTo(other.cache().directory());
        }
    }

    @Test
    void optOutput_functionOfTheUser_computesInTheBatchsEngine() {
        OutputFunction function =
                (inputs, outputs) -> {
                    assertThat(inputs.head().getManager().getEngine().getEngineName())
                            .isEqualTo("PyTorch");
                    NDArray mask = inputs.get("attention_mask").toType(DataType.FLOAT32, false);
                    return new NDList(outputs.head().mul(mask.expandDims(2)).sum(new int[] {1}));
                };
        try (CacheBlockDecorator cached = pooled(function)) {
            NDList batch = batch(torch, 3, new long[] {9, 8, 7}, new long[] {4});
            NDList cold = Decorated.run(cached, torch, CacheIds.attach(batch, 1, 2));
            assertThat(row(cold.head().toFloatArray(), 1)).isEqualTo(token(4));
            NDList warm = Decorated.run(cached, torch, CacheIds.attach(batch, 1, 2));
            assertThat(Bits.hex(warm)).isEqualTo(Bits.hex(cold));
            assertThat(cached.stats().hits()).isEqualTo(2);
        }
    }

    @Test
    void optOutput_oneOutputOfABlockInJava_isCachedAlone() {
        SpyBlock two =
                new SpyBlock(inputs -> new NDList(inputs.head().mul(2), inputs.head().mul(3)));
        try (CacheBlockDecorator cached =
                Decorated.in(directory)
                        .setBlock(two)
                        .optOutput((inputs, outputs) -> new NDList(outputs.get(1)))
                        .build()) {
            NDList batch =
                    CacheIds.attach(
                            new NDList(torch.create(new float[] {1, 2}, new Shape(2, 1))), 1, 2);
            for (int i = 0; i < 2; i++) {
                NDList outputs = Decorated.run(cached, torch, batch);
                assertThat(outputs).hasSize(1);
                assertThat(outputs.head().toFloatArray()).containsExactly(3, 6);
            }
            assertThat(cached.getOutputShapes(new Shape[] {new Shape(5, 1)}))
                    .containsExactly(new Shape(5, 1));
        }
    }

    @Test
    void optOutput_inANetwork_initializesWithThePooledShape() {
        try (CacheBlockDecorator cached = pooled(Pooling.meanByMask(1))) {
            SequentialBlock network =
                    new SequentialBlock().add(cached).add(Linear.builder().setUnits(3).build());
            network.initialize(torch, DataType.FLOAT32, new Shape(4, 5), new Shape(4, 5));
            NDList batch = CacheIds.attach(batch(torch, 2, new long[] {1, 2}), 1);
            assertThat(Decorated.run(network, torch, batch).head().getShape())
                    .isEqualTo(new Shape(1, 3));
        }
    }

    @Test
    void pooling_whatDoesNotFit_isRefusedByName() {
        NDList batch = CacheIds.attach(batch(torch, 2, new long[] {1, 2}), 1);
        try (CacheBlockDecorator cached = pooled(Pooling.meanByMask("mask"))) {
            assertThatThrownBy(() -> Decorated.run(cached, torch, batch))
                    .isInstanceOf(UnsupportedInputException.class)
                    .hasMessageContainingAll("mask", "attention_mask");
        }
        try (CacheBlockDecorator cached = pooled(Pooling.meanByMask(2))) {
            assertThatThrownBy(() -> Decorated.run(cached, torch, batch))
                    .isInstanceOf(UnsupportedInputException.class);
        }
        try (CacheBlockDecorator cached = pooled(Pooling.cls().andThen(Pooling.cls()))) {
            assertThatThrownBy(() -> Decorated.run(cached, torch, batch))
                    .isInstanceOf(UnsupportedOutputException.class)
                    .hasMessageContainingAll("CLS", "(N, T, H)", "(1, 8)");
        }
        try (CacheBlockDecorator cached = pooled((inputs, outputs) -> new NDList())) {
            assertThatThrownBy(() -> Decorated.run(cached, torch, batch))
                    .isInstanceOf(UnsupportedOutputException.class)
                    .hasMessageContaining("none");
        }
        LambdaBlock whole =
                new LambdaBlock(inputs -> new NDList(inputs.head().toType(DataType.INT32, true)));
        try (CacheBlockDecorator cached =
                Decorated.in(directory)
                        .setBlock(whole)
                        .optFingerprint("w")
                        .optOutput(Pooling.l2Normalization())
                        .build()) {
            assertThatThrownBy(() -> Decorated.run(cached, torch, batch))
                    .isInstanceOf(UnsupportedOutputException.class)
                    .hasMessageContainingAll("INT32", "L2 normalization");
        }
    }
}
