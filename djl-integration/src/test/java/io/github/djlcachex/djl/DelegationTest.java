package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.initializer.ConstantInitializer;
import ai.djl.util.Pair;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;

/** Everything of a block that is not forward is the wrapped block's, less its parameters. */
class DelegationTest {

    @TempDir Path directory;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void getOutputShapes_bothForms_areThoseOfTheWrappedBlock() {
        try (Fixture fixture = Fixture.of("two_in_int64");
                CacheBlockDecorator decorator = Decorated.of(fixture.block(), directory)) {
            Shape[] shapes = {new Shape(6, 4), new Shape(6, 4)};
            DataType[] types = {DataType.INT64, DataType.INT64};
            assertThat(decorator.getOutputShapes(shapes, types))
                    .isEqualTo(fixture.block().getOutputShapes(shapes, types))
                    .containsExactly(new Shape(6, 4));
            assertThat(decorator.getOutputShapes(shapes)).containsExactly(new Shape(6, 4));
        }
    }

    @Test
    void getOutputShapes_ofIntegerInputs_runsTheBlockOnIntegers() {
        SpyBlock spy = SpyBlock.twicePlusOne();
        try (Fixture fixture = Fixture.of("variable_length");
                CacheBlockDecorator decorator = Decorated.of(fixture.block(), directory);
                CacheBlockDecorator spied = Decorated.of(spy, directory.resolve("spy"))) {
            assertThat(
                            decorator.getOutputShapes(
                                    new Shape[] {new Shape(2, 3)}, new DataType[] {DataType.INT64}))
                    .containsExactly(new Shape(2, 3, 4));
            assertThat(spied.getOutputShapes(new Shape[] {new Shape(2, 3)}, null))
                    .containsExactly(new Shape(2, 3));
        }
    }

    @Test
    void getOutputShapes_withTheShapeOfTheIds_leavesItOut() {
        Linear linear = Linear.builder().setUnits(3).build();
        linear.freezeParameters(true);
        try (CacheBlockDecorator decorator =
                Decorated.in(directory).setBlock(linear).optIdInput(1).build()) {
            Shape[] shapes = {new Shape(4, 2), new Shape(4)};
            DataType[] types = {DataType.FLOAT32, DataType.INT64};
            decorator.initialize(manager, DataType.FLOAT32, shapes);
            assertThat(decorator.getOutputShapes(shapes)).containsExactly(new Shape(4, 3));
            assertThat(decorator.getOutputShapes(shapes, types)).containsExactly(new Shape(4, 3));
            assertThat(linear.getInputShapes()).hasSize(1);
            assertThat(decorator.getInputShapes()).isEqualTo(linear.getInputShapes());
            assertThat(decorator.describeInput().values())
                    .isEqualTo(linear.describeInput().values());
        }
    }

    /** Returns how often the stateful module ran before this call, which it adds to its output. */
    private static float runs(Fixture stateful) {
        NDList outputs = Decorated.run(stateful.block(), stateful.manager(), stateful.inputs());
        return outputs.head().getFloat(0, 0) - stateful.inputs().head().getFloat(0, 0);
    }

    @Test
    void describeAndToString_ofANetwork_runNoModel() {
        try (Fixture stateful = Fixture.of("wrong_stateful");
                CacheBlockDecorator decorator = Decorated.of(stateful.block(), directory);
                Model model = Model.newInstance("network", "PyTorch")) {
            SequentialBlock network =
                    new SequentialBlock().add(decorator).add(Linear.builder().setUnits(2).build());
            model.setBlock(network);
            network.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(4, 32));
            float before = runs(stateful);
            assertThat(network.toString()).contains("CacheBlockDecorator", "Linear");
            assertThat(Blocks.describe(network, "network", 0)).contains("(4, 32)", "(4, 2)");
            assertThat(Blocks.describe(decorator, "extractor", 0)).contains("(4, 32)");
            assertThat(decorator.toString()).isEqualTo("CacheBlockDecorator(PtSymbolBlock)");
            assertThat(network.describeInput().values()).containsExactly(new Shape(4, 32));
            assertThat(decorator.describeInput()).isNotNull();
            assertThat(runs(stateful)).isEqualTo(before + 1);
        }
    }

    @Test
    void getOutputShapes_onceRowsAreCached_needsNoRun() {
        try (Fixture stateful = Fixture.of("wrong_stateful");
                CacheBlockDecorator decorator =
                        Decorated.in(directory)
                                .setBlock(stateful.block())
                                .optFingerprint("x")
                                .build()) {
            NDList batch = CacheIds.attach(stateful.inputs(), 0, 1, 2, 3, 4);
            Decorated.run(decorator, stateful.manager(), batch);
            float before = runs(stateful);
            assertThat(decorator.getOutputShapes(new Shape[] {new Shape(9, 32)}))
                    .containsExactly(new Shape(9, 32));
            assertThat(runs(stateful)).isEqualTo(before + 1);
        }
    }

    @Test
    void parameters_ofTheWrappedBlock_areHidden() {
        try (Fixture fixture = Fixture.of("digits_extractor");
                CacheBlockDecorator decorator = Decorated.of(fixture.block(), directory)) {
            assertThat(fixture.block().getParameters()).isNotEmpty();
            assertThat(decorator.getParameters()).isEmpty();
            assertThat(decorator.getDirectParameters()).isEmpty();
            assertThat(decorator.getChildren()).isEmpty();
            Block network = new SequentialBlock().add(decorator);
            network.freezeParameters(false);
            network.freezeParameters(false, parameter -> true);
            decorator.freezeParameters(false, parameter -> true);
            decorator.freezeParameters(true);
            for (Pair<String, Parameter> pair : fixture.block().getParameters()) {
                assertThat(pair.getValue().requiresGradient()).isFalse();
            }
            assertThatThrownBy(() -> decorator.freezeParameters(false))
                    .isInstanceOf(NotFrozenException.class)
                    .hasMessageContaining("without the decorator");
        }
    }

    @Test
    void save_ofADecoratorAsWholeModelBeforeAnyRun_writesTheInputs() throws Exception {
        try (Fixture fixture = Fixture.of("digits_extractor");
                CacheBlockDecorator decorator = Decorated.of(fixture.block(), directory);
                Model model = Model.newInstance("whole", "PyTorch")) {
            model.setBlock(decorator);
            decorator.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(8, 1, 8, 8));
            assertThat(decorator.isInitialized()).isTrue();
            assertThat(decorator.describeInput().values()).containsExactly(new Shape(8, 1, 8, 8));
            model.save(directory.resolve("saved"), "whole");
            assertThat(Files.size(directory.resolve("saved/whole-0000.params"))).isPositive();
        }
    }

    @Test
    void initializersAndClear_reachTheWrappedBlock() {
        Linear linear = Linear.builder().setUnits(3).build();
        linear.freezeParameters(true);
        try (CacheBlockDecorator decorator = Decorated.of(linear, directory)) {
            assertThat(decorator.isInitialized()).isFalse();
            decorator.setInitializer(new ConstantInitializer(1), Parameter.Type.WEIGHT);
            decorator.setInitializer(new ConstantInitializer(2), "bias");
            decorator.initialize(manager, DataType.FLOAT32, new Shape(1, 2));
            assertThat(decorator.isInitialized()).isTrue();
            NDList ones = CacheIds.attach(new NDList(manager.ones(new Shape(1, 2))), 1);
            assertThat(Decorated.run(decorator, manager, ones).head().toFloatArray())
                    .containsExactly(4, 4, 4);
            decorator.clear();
            decorator.setInitializer(new ConstantInitializer(3), parameter -> true);
            decorator.initialize(manager, DataType.FLOAT32, new Shape(1, 2));
            NDList others = CacheIds.attach(new NDList(manager.ones(new Shape(1, 2))), 2);
            assertThat(Decorated.run(decorator, manager, others).head().toFloatArray())
                    .containsExactly(9, 9, 9);
            assertThat(decorator.getOutputDataTypes()).isEqualTo(linear.getOutputDataTypes());
            assertThat(decorator.getCustomMetadata()).isEqualTo(linear.getCustomMetadata());
            assertThatThrownBy(() -> decorator.cast(DataType.FLOAT16))
                    .isInstanceOf(UnsupportedOperationException.class);
        }
    }

    @Test
    void graphBlock_thatHardlyAnswers_isInitializedCachedAndDescribed() {
        try (CacheBlockDecorator decorator =
                Decorated.in(directory)
                        .setBlock(new GraphBlock())
                        .optFingerprint("graph v1")
                        .build()) {
            assertThatThrownBy(decorator::getInputShapes)
                    .isInstanceOf(UnsupportedOperationException.class);
            assertThat(decorator.getOutputShapes(new Shape[] {new Shape(2, 2)}))
                    .containsExactly(new Shape(2, 2));
            decorator.initialize(manager, DataType.FLOAT32, new Shape(2, 2));
            assertThat(decorator.isInitialized()).isTrue();
            assertThat(decorator.getInputShapes()).containsExactly(new Shape(2, 2));
            NDList batch = CacheIds.attach(new NDList(manager.ones(new Shape(2, 2))), 1, 2);
            for (int i = 0; i < 2; i++) {
                assertThat(Decorated.run(decorator, manager, batch).head().toFloatArray())
                        .containsExactly(3, 3, 3, 3);
            }
            assertThat(decorator.getOutputShapes(new Shape[] {new Shape(7, 2)}))
                    .containsExactly(new Shape(7, 2));
            assertThat(decorator.toString()).contains("GraphBlock");
        }
        assertThatThrownBy(() -> Decorated.of(new GraphBlock(), directory))
                .isInstanceOf(UnsupportedBlockException.class);
    }
}
