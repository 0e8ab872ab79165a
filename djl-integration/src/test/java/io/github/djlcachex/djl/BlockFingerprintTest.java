package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.nn.pooling.Pool;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

/** Blocks of equal parameters have one fingerprint only if they compute the same. */
class BlockFingerprintTest {

    private static final NDManager manager = NDManager.newBaseManager("PyTorch");
    private static final NDArray SCALE = manager.create(new float[] {1, 2});

    @AfterEach
    void nothingIsLeftInTheManager() {
        assertThat(SCALE.isReleased()).isFalse();
    }

    /** Two blocks that compute different things, made twice each. */
    record Pair(String name, Supplier<Block> first, Supplier<Block> second) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static SequentialBlock scaled() {
        return new SequentialBlock().add(new ScaledBlock(SCALE));
    }

    /** A block with a weight in a field. */
    static class ScaledBlock extends SettingBlock {
        private final NDArray scale;

        ScaledBlock(NDArray scale) {
            super(1);
            this.scale = scale;
        }

        @Override
        NDList compute(NDList inputs) {
            return new NDList(inputs.head().mul(scale));
        }
    }

    private static Block conv(int dilation) {
        Block block =
                Conv2d.builder()
                        .setFilters(2)
                        .setKernelShape(new Shape(2, 2))
                        .optDilation(new Shape(dilation, dilation))
                        .build();
        return ones(block, new Shape(1, 1, 8, 8));
    }

    private static Block ones(Block block, Shape input) {
        block.setInitializer(ai.djl.training.initializer.Initializer.ONES, parameter -> true);
        block.initialize(manager, DataType.FLOAT32, input);
        return block;
    }

    private static Block norm(float epsilon) {
        return ones(BatchNorm.builder().optEpsilon(epsilon).build(), new Shape(4, 2));
    }

    private static Block with(Block added) {
        return scaled().add(added);
    }

    private static Block named(String output) {
        return with(new LambdaBlock(list -> new NDList(list.get(output))));
    }

    private static NDList l2(NDList list) {
        NDArray rows = list.singletonOrThrow();
        return new NDList(rows.div(rows.norm(new int[] {1}, true)));
    }

    private static NDList l1(NDList list) {
        return new NDList(list.singletonOrThrow().abs());
    }

    private static Block parallel(Function<List<NDList>, NDList> function) {
        return new ParallelBlock(function, List.of(scaled(), scaled()));
    }

    static List<Pair> different() {
        return List.of(
                new Pair(
                        "outputs of constant names",
                        () -> with(new LambdaBlock(list -> new NDList(list.get("pooled")))),
                        () -> with(new LambdaBlock(list -> new NDList(list.get("cls"))))),
                new Pair("outputs of captured names", () -> named("pooled"), () -> named("cls")),
                new Pair(
                        "method references",
                        () -> with(new LambdaBlock(BlockFingerprintTest::l2)),
                        () -> with(new LambdaBlock(BlockFingerprintTest::l1))),
                new Pair(
                        "functions of arrays",
                        () -> scaled().addSingleton(array -> array.add(1)),
                        () -> scaled().addSingleton(array -> array.add(2))),
                new Pair(
                        "methods that lambdas call",
                        () -> with(new LambdaBlock(list -> l2(list))),
                        () -> with(new LambdaBlock(list -> l1(list)))),
                new Pair(
                        "activation and another",
                        () -> scaled().add(Activation::relu),
                        () -> scaled().add(Activation::tanh)),
                new Pair(
                        "activation and none",
                        () -> scaled().add(Activation::relu),
                        () -> scaled()),
                new Pair(
                        "identity and activation",
                        () -> scaled().add(list -> list),
                        () -> scaled().add(list -> Activation.relu(list))),
                new Pair(
                        "slopes of an activation",
                        () -> with(Activation.leakyReluBlock(0.1f)),
                        () -> with(Activation.leakyReluBlock(0.2f))),
                new Pair(
                        "maximum and average",
                        () -> with(Pool.globalMaxPool2dBlock()),
                        () -> with(Pool.globalAvgPool2dBlock())),
                new Pair(
                        "kernels of a pool",
                        () -> with(Pool.maxPool2dBlock(new Shape(2, 2))),
                        () -> with(Pool.maxPool2dBlock(new Shape(3, 3)))),
                new Pair(
                        "kinds of a pool",
                        () -> with(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(1, 1))),
                        () -> with(Pool.avgPool2dBlock(new Shape(2, 2), new Shape(1, 1)))),
                new Pair(
                        "parameter-free last child",
                        () -> scaled().add(Blocks.batchFlattenBlock()),
                        () -> scaled()),
                new Pair("dilation", () -> conv(1), () -> conv(2)),
                new Pair("epsilon", () -> norm(1e-5f), () -> norm(1e-2f)),
                new Pair(
                        "intermediate outputs",
                        () -> scaled().setReturnIntermediate(true),
                        () -> scaled()),
                new Pair(
                        "functions that join",
                        () -> parallel(lists -> lists.get(0)),
                        () -> parallel(lists -> lists.get(1))),
                new Pair(
                        "order of children",
                        () -> scaled().add(Activation::relu).add(Activation::tanh),
                        () -> scaled().add(Activation::tanh).add(Activation::relu)),
                new Pair(
                        "classes of a user",
                        () -> with(new SettingBlock(3)),
                        () -> with(new OtherBlock(3))),
                new Pair(
                        "final fields of a user",
                        () -> with(new SettingBlock(3)),
                        () -> with(new SettingBlock(4))),
                new Pair(
                        "functions that are constants",
                        () -> with(new LambdaBlock(Pooling.FIRST)),
                        () -> with(new LambdaBlock(Pooling.SUM))),
                new Pair(
                        "arrays in fields",
                        () -> new ScaledBlock(manager.create(new float[] {1, 2})),
                        () -> new ScaledBlock(manager.create(new float[] {1, 3}))),
                new Pair(
                        "arrays that functions capture",
                        () -> captured(manager.create(new float[] {1, 2})),
                        () -> captured(manager.create(new float[] {1, 3}))));
    }

    /** Functions as constants. */
    enum Pooling implements Function<NDList, NDList> {
        FIRST {
            @Override
            public NDList apply(NDList list) {
                return new NDList(list.head().get(0));
            }
        },
        SUM {
            @Override
            public NDList apply(NDList list) {
                return new NDList(list.head().sum());
            }
        }
    }

    private static Block captured(NDArray weight) {
        return new LambdaBlock(list -> new NDList(list.head().mul(weight)));
    }

    @ParameterizedTest
    @MethodSource("different")
    void of_blocksThatComputeDifferently_areTheirOwnAndTheSameEachTime(Pair pair) {
        String first = ModuleFingerprint.of(pair.first().get());
        String second = ModuleFingerprint.of(pair.second().get());
        assertThat(second).isNotEqualTo(first);
        assertThat(ModuleFingerprint.of(pair.first().get())).isEqualTo(first);
        assertThat(ModuleFingerprint.of(pair.second().get())).isEqualTo(second);
    }

    @Test
    void of_functionThatDoesSomethingFirst_isNotCalled() {
        AtomicInteger calls = new AtomicInteger();
        Block first =
                with(
                        new LambdaBlock(
                                list -> {
                                    calls.incrementAndGet();
                                    return list;
                                }));
        Block second =
                with(
                        new LambdaBlock(
                                list -> {
                                    calls.addAndGet(2);
                                    return new NDList(list.head().neg());
                                }));
        ModuleFingerprint.of(first);
        ModuleFingerprint.of(second);
        assertThat(calls).hasValue(0);
    }

    @Test
    void of_blockAfterItRan_isTheSame() {
        Block block = with(new SettingBlock(3)).getChildren().valueAt(1);
        Block network = scaled().add(block);
        String before = ModuleFingerprint.of(network);
        Decorated.run(network, manager, new NDList(manager.create(new float[] {1, 2})));
        assertThat(((SettingBlock) block).runs).isEqualTo(1);
        assertThat(ModuleFingerprint.of(network)).isEqualTo(before);
    }

    @Test
    void of_blockOfSettingsThatFollowFromItsInputs_isTheSame() {
        Block few = ones(Linear.builder().setUnits(2).build(), new Shape(2, 3));
        Block many = ones(Linear.builder().setUnits(2).build(), new Shape(64, 3));
        assertThat(ModuleFingerprint.of(few)).isEqualTo(ModuleFingerprint.of(many));
        Block norm = ones(LayerNorm.builder().axis(1).build(), new Shape(2, 3));
        Block again = ones(LayerNorm.builder().axis(1).build(), new Shape(64, 3));
        assertThat(ModuleFingerprint.of(norm)).isEqualTo(ModuleFingerprint.of(again));
    }

    @Test
    void of_frozenBlock_isThatOfTheBlock() {
        Block block = norm(1e-5f);
        String before = ModuleFingerprint.of(block);
        block.freezeParameters(true);
        assertThat(ModuleFingerprint.of(block)).isEqualTo(before);
    }

    @Test
    void of_blockWithoutAWeight_isRefused() {
        for (Block block :
                new Block[] {
                    new LambdaBlock(list -> new NDList(list.head().mul(2))),
                    new SequentialBlock().add(Activation::relu),
                    new SettingBlock(1)
                }) {
            assertThatThrownBy(() -> ModuleFingerprint.of(block))
                    .isInstanceOf(UnsupportedBlockException.class)
                    .hasMessageContainingAll(
                            block.getClass().getSimpleName(),
                            "found none",
                            "setModel",
                            "ModuleFingerprint.ofFiles",
                            "optVersion");
        }
    }

    @Test
    void of_functionsThatTheJdkComposed_areRefused() {
        Function<NDList, NDList> relu = Activation::relu;
        Block block = scaled().add(relu.andThen(Activation::tanh));
        assertThatThrownBy(() -> ModuleFingerprint.of(block))
                .isInstanceOf(UnsupportedBlockException.class)
                .hasMessageContainingAll("02LambdaBlock", "andThen", "one lambda");
        assertThat(ModuleFingerprint.of(scaled().add(Function.identity()))).isNotEmpty();
    }
}
