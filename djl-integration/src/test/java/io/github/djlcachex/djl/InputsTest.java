package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.core.Linear;
import ai.djl.training.GradientCollector;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/** Selection of missing rows from every input, and inputs that are refused. */
class InputsTest {

    @TempDir Path directory;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void forward_dictInputPartlyHit_keepsTheNamesOfItsEntries() {
        try (Fixture fixture = Fixture.of("dict_in");
                CacheBlockDecorator decorator = Decorated.of(fixture.block(), directory)) {
            NDManager inner = fixture.manager();
            String expected = fixture.outputs().get(0).hex();
            NDList all = fixture.inputs();
            Decorated.run(decorator, inner, CacheIds.attach(head(all, 2), 0, 1));
            NDList outputs = Decorated.run(decorator, inner, CacheIds.attach(all, 0, 1, 2, 3, 4));
            assertThat(Bits.hex(outputs.head())).isEqualTo(expected);
            assertThat(decorator.stats().hits()).isEqualTo(2);
        }
    }

    /** Returns the first rows of each input, with its name. */
    private static NDList head(NDList inputs, int rows) {
        NDList head = new NDList();
        for (NDArray input : inputs) {
            NDArray part = input.get("0:" + rows);
            part.setName(input.getName());
            head.add(part);
        }
        return head;
    }

    @Test
    void forward_twoInputsPartlyHit_selectsTheRowsOfBoth() {
        try (Fixture fixture = Fixture.of("two_in_int64");
                CacheBlockDecorator decorator = Decorated.of(fixture.block(), directory)) {
            NDManager inner = fixture.manager();
            NDArray tokens = fixture.inputs().head();
            NDArray mask = inner.arange(0, 20, 1, DataType.INT64).reshape(5, 4);
            NDList inputs = new NDList(tokens, mask);
            NDList plain = Decorated.run(fixture.block(), inner, inputs);
            Decorated.run(decorator, inner, CacheIds.attach(head(inputs, 3), 0, 1, 2));
            NDList outputs =
                    Decorated.run(decorator, inner, CacheIds.attach(inputs, 0, 1, 2, 3, 4));
            assertThat(Bits.hex(outputs)).isEqualTo(Bits.hex(plain));
        }
    }

    @Test
    void forward_sharedInput_isPassedWhole() {
        SpyBlock spy = new SpyBlock(inputs -> new NDList(inputs.get(0).mul(inputs.get(1))));
        try (CacheBlockDecorator decorator =
                Decorated.in(directory).setBlock(spy).optSharedInputs(1).build()) {
            NDArray rows = manager.arange(0, 8, 1, DataType.FLOAT32).reshape(4, 2);
            NDArray scale = manager.create(new float[] {2, 3});
            Decorated.run(
                    decorator,
                    manager,
                    CacheIds.attach(new NDList(rows.get("0:3"), scale), 0, 1, 2));
            NDList outputs =
                    Decorated.run(
                            decorator,
                            manager,
                            CacheIds.attach(new NDList(rows, scale), 0, 1, 2, 3));
            assertThat(outputs.head().toFloatArray()).containsExactly(0, 3, 4, 9, 8, 15, 12, 21);
            assertThat(spy.calls()).allMatch(call -> call.shapes().get(1).equals(new Shape(2)));
        }
    }

    @Test
    void forward_scalarInputThatIsNotShared_isRefused() {
        try (CacheBlockDecorator decorator = Decorated.of(SpyBlock.twicePlusOne(), directory)) {
            NDList batch =
                    CacheIds.attach(
                            new NDList(manager.ones(new Shape(2, 2)), manager.create(1f)), 1, 2);
            assertThatThrownBy(() -> Decorated.run(decorator, manager, batch))
                    .isInstanceOf(InvalidIdsException.class)
                    .hasMessageContainingAll("input 1", "optSharedInputs(1)");
        }
    }

    @Test
    void forward_methodMarker_isPassedOn() {
        SpyBlock spy = SpyBlock.twicePlusOne();
        try (CacheBlockDecorator decorator = Decorated.of(spy, directory)) {
            NDArray marker = manager.create(0f);
            marker.setName("module_method:encode");
            NDList batch = CacheIds.attach(new NDList(manager.ones(new Shape(2, 2)), marker), 1, 2);
            Decorated.run(decorator, manager, batch);
            assertThat(spy.calls().get(0).names()).contains("module_method:encode");
        }
    }

    @Test
    void forward_inputOfATrainedBlock_isRefusedOnEveryPath() {
        try (CacheBlockDecorator decorator = Decorated.of(SpyBlock.twicePlusOne(), directory);
                GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            assertThat(collector).isNotNull();
            NDArray weight = manager.ones(new Shape(2, 2));
            weight.setRequiresGradient(true);
            NDList result =
                    CacheIds.attach(new NDList(manager.ones(new Shape(2, 2)).dot(weight)), 1, 2);
            NDList leaf = CacheIds.attach(new NDList(weight), 1, 2);
            for (boolean enabled : new boolean[] {true, false}) {
                decorator.setEnabled(enabled);
                assertThatThrownBy(() -> Decorated.train(decorator, manager, result))
                        .isInstanceOf(NotFrozenException.class)
                        .hasMessageContainingAll("input 0", "detach");
                assertThatThrownBy(() -> Decorated.train(decorator, manager, leaf))
                        .isInstanceOf(NotFrozenException.class);
                assertThatThrownBy(() -> Decorated.run(decorator, manager, leaf))
                        .isInstanceOf(NotFrozenException.class);
            }
            NDList detached = CacheIds.attach(new NDList(result.head().stopGradient()), 1, 2);
            decorator.setEnabled(true);
            assertThat(Decorated.train(decorator, manager, detached)).hasSize(1);
        }
    }

    @Test
    void forward_parameterThatRequiresAGradient_isRefused() {
        Linear linear = Linear.builder().setUnits(3).build();
        linear.initialize(manager, DataType.FLOAT32, new Shape(1, 2));
        try (CacheBlockDecorator decorator = Decorated.of(linear, directory)) {
            NDList batch = CacheIds.attach(new NDList(manager.ones(new Shape(2, 2))), 1, 2);
            assertThatThrownBy(() -> Decorated.run(decorator, manager, batch))
                    .isInstanceOf(NotFrozenException.class)
                    .hasMessageContainingAll("weight", "freezeParameters(true)");
            linear.freezeParameters(true);
            assertThat(Decorated.run(decorator, manager, batch).head().getShape())
                    .isEqualTo(new Shape(2, 3));
            linear.freezeParameters(false);
            assertThatThrownBy(() -> Decorated.run(decorator, manager, batch))
                    .isInstanceOf(NotFrozenException.class);
        }
    }

    @Test
    void forward_inputFromAnotherScriptedBlock_isNoGradientAndCanBeSelected() {
        try (Fixture first = Fixture.of("high_rank");
                Fixture second = Fixture.of("scalar_row");
                CacheBlockDecorator decorator = Decorated.of(second.block(), directory)) {
            NDManager inner = first.manager();
            NDArray raw = Decorated.run(first.block(), inner, first.inputs()).head();
            NDArray rows = raw.reshape(5, 24);
            NDList plain = Decorated.run(second.block(), inner, new NDList(rows));
            Decorated.train(decorator, inner, CacheIds.attach(new NDList(rows.get("0:2")), 0, 1));
            NDList outputs =
                    Decorated.train(
                            decorator, inner, CacheIds.attach(new NDList(rows), 0, 1, 2, 3, 4));
            assertThat(Bits.hex(outputs)).isEqualTo(Bits.hex(plain));
            assertThat(decorator.stats().hits()).isEqualTo(2);
        }
    }
}
