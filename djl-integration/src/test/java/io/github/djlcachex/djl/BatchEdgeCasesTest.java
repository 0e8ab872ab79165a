package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.LambdaBlock;
import ai.djl.training.GradientCollector;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;

/** Empty batches, batches that hit or miss as a whole, short ones, and ids that repeat. */
class BatchEdgeCasesTest {

    @TempDir Path directory;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    /** Returns inputs whose row follows from the id. */
    private NDList batch(long... ids) {
        float[] rows = new float[ids.length * 2];
        for (int i = 0; i < ids.length; i++) {
            rows[2 * i] = ids[i];
            rows[2 * i + 1] = -ids[i];
        }
        return CacheIds.attach(new NDList(manager.create(rows, new Shape(ids.length, 2))), ids);
    }

    private void assertRows(NDList outputs, long... ids) {
        float[] expected = new float[ids.length * 2];
        for (int i = 0; i < ids.length; i++) {
            expected[2 * i] = 2 * ids[i] + 1;
            expected[2 * i + 1] = -2 * ids[i] + 1;
        }
        assertThat(outputs).hasSize(1);
        NDArray output = outputs.head();
        assertThat(output.getDataType()).isEqualTo(DataType.FLOAT32);
        assertThat(output.getDevice()).isEqualTo(Device.cpu());
        assertThat(output.getShape()).isEqualTo(new Shape(ids.length, 2));
        assertThat(output.toFloatArray()).isEqualTo(expected);
    }

    private NDList run(CacheBlockDecorator decorator, long... ids) {
        return Decorated.train(decorator, manager, batch(ids));
    }

    @Test
    void forward_allMissThenAllHitThenPartly_runsTheMissingRowsAlone() {
        SpyBlock spy = SpyBlock.twicePlusOne();
        try (CacheBlockDecorator decorator =
                Decorated.in(directory).setBlock(spy).optMinBatchRows(1).build()) {
            assertRows(run(decorator, 1, 2, 3), 1, 2, 3);
            assertRows(run(decorator, 3, 1, 2), 3, 1, 2);
            assertThat(spy.rowsRun()).isEqualTo(3);
            assertRows(run(decorator, 9, 2, 8, 1), 9, 2, 8, 1);
            assertThat(spy.rowsRun()).isEqualTo(5);
            DecoratorStats stats = decorator.stats();
            assertThat(stats)
                    .hasToString(
                            "DecoratorStats[batches=3, hits=5, misses=5, computedRows=5, declinedRows=0, "
                                    + "uncachedBatches=0, batchesWithoutIds=0, batchesAfterClose=0, batchesOfOtherShape=0, changedInputs=0, auditedRows=0, auditMismatches=0]");
        }
    }

    @Test
    void forward_idsTwiceInABatch_computesEachOnce() {
        SpyBlock spy = SpyBlock.twicePlusOne();
        try (CacheBlockDecorator decorator =
                Decorated.in(directory).setBlock(spy).optMinBatchRows(1).build()) {
            assertRows(run(decorator, 5, 6, 5, 5, 6), 5, 6, 5, 5, 6);
            assertThat(spy.rowsRun()).isEqualTo(2);
            assertRows(run(decorator, 7, 5, 7), 7, 5, 7);
            assertThat(spy.rowsRun()).isEqualTo(3);
            assertThat(decorator.cache().rowCount()).isEqualTo(3);
            assertThat(decorator.stats().misses()).isEqualTo(7);
        }
    }

    @Test
    void forward_shortBatch_isPaddedByRepeatingItsRows() {
        SpyBlock spy = SpyBlock.twicePlusOne();
        try (CacheBlockDecorator decorator = Decorated.of(spy, directory)) {
            assertRows(run(decorator, 1, 2, 3), 1, 2, 3);
            assertThat(spy.calls()).hasSize(1);
            assertThat(spy.calls().get(0).rows()).isEqualTo(16);
            List<String> rows =
                    Bits.rows(manager.create(new float[] {1, -1, 2, -2, 3, -3}, new Shape(3, 2)));
            assertThat(spy.calls().get(0).bytes().get(0))
                    .isEqualTo(String.join("", rows).repeat(5) + rows.get(0));
            assertThat(decorator.cache().rowCount()).isEqualTo(3);
            assertThat(decorator.stats().computedRows()).isEqualTo(3);
        }
    }

    @Test
    void forward_shortBatchSwitchedOffOrAfterClose_isPaddedTheSame() {
        SpyBlock spy = SpyBlock.twicePlusOne();
        CacheBlockDecorator decorator = Decorated.of(spy, directory);
        decorator.setEnabled(false);
        assertRows(run(decorator, 1, 2, 3), 1, 2, 3);
        decorator.setEnabled(true);
        assertRows(run(decorator, 1, 2, 3), 1, 2, 3);
        decorator.close();
        assertRows(run(decorator, 1, 2, 3), 1, 2, 3);
        assertThat(spy.calls()).hasSize(3).allMatch(call -> call.rows() == 16);
        assertThat(spy.calls().stream().map(SpyBlock.Call::bytes).distinct()).hasSize(1);
        assertThat(decorator.stats().uncachedBatches()).isEqualTo(2);
    }

    @Test
    void forward_lastShortBatchAfterFullOnes_isRight() {
        SpyBlock spy = SpyBlock.twicePlusOne();
        try (CacheBlockDecorator decorator = Decorated.of(spy, directory)) {
            long[] full = LongStream.range(0, 32).toArray();
            assertRows(run(decorator, full), full);
            assertRows(run(decorator, 32, 33), 32, 33);
            assertRows(run(decorator, 33, 0, 32), 33, 0, 32);
            assertThat(spy.calls().stream().map(SpyBlock.Call::rows).toList())
                    .containsExactly(32L, 16L);
        }
    }

    @Test
    void forward_emptyBatchBeforeAnyRow_hasTheBlocksOwnShape() {
        SpyBlock spy = SpyBlock.twicePlusOne();
        try (CacheBlockDecorator decorator = Decorated.of(spy, directory)) {
            assertRows(run(decorator));
            assertThat(decorator.cache().rowCount()).isZero();
        }
    }

    @Test
    void forward_emptyBatchAfterRows_runsNothing() {
        SpyBlock spy = SpyBlock.twicePlusOne();
        try (CacheBlockDecorator decorator = Decorated.of(spy, directory)) {
            assertRows(run(decorator, 1), 1);
            assertRows(run(decorator));
            assertThat(spy.calls()).hasSize(1);
        }
    }

    @Test
    void forward_emptyBatchOfRealExtractor_keepsTypeAndShape() {
        try (Fixture fixture = Fixture.of("digits_extractor");
                CacheBlockDecorator decorator = Decorated.of(fixture.block(), directory)) {
            for (int i = 0; i < 2; i++) {
                NDArray none = fixture.manager().create(new Shape(0, 1, 8, 8));
                NDList outputs =
                        Decorated.run(
                                decorator,
                                fixture.manager(),
                                CacheIds.attach(new NDList(none), new long[0]));
                assertThat(outputs.head().getShape()).isEqualTo(new Shape(0, 128));
                assertThat(outputs.head().getDataType()).isEqualTo(DataType.FLOAT32);
                Decorated.run(
                        decorator, fixture.manager(), CacheIds.attach(fixture.inputs(), 0, 1, 2));
            }
        }
    }

    @Test
    void forward_namedOutput_keepsItsNameOnEveryPath() {
        SpyBlock spy =
                new SpyBlock(
                        inputs -> {
                            NDArray output = inputs.head().mul(2).add(1);
                            output.setName("features");
                            return new NDList(output);
                        });
        try (CacheBlockDecorator decorator = Decorated.of(spy, directory)) {
            assertThat(run(decorator, 1, 2).head().getName()).isEqualTo("features");
            assertThat(run(decorator, 1, 2).head().getName()).isEqualTo("features");
            assertThat(run(decorator, 1, 3).head().getName()).isEqualTo("features");
            assertThat(run(decorator).head().getName()).isEqualTo("features");
            decorator.setEnabled(false);
            assertThat(run(decorator, 1, 2).head().getName()).isEqualTo("features");
        }
    }

    @Test
    void forward_blockThatReturnsItsInput_leavesTheInputOpen() {
        try (CacheBlockDecorator decorator =
                Decorated.in(directory)
                        .setBlock(new LambdaBlock(inputs -> inputs))
                        .optVersion("identity")
                        .optMinBatchRows(1)
                        .build()) {
            NDList batch = batch(1, 2);
            NDList cold = Decorated.run(decorator, manager, batch);
            NDList hot = Decorated.run(decorator, manager, batch);
            decorator.setEnabled(false);
            NDList off = Decorated.run(decorator, manager, batch);
            for (NDList outputs : List.of(cold, hot, off)) {
                assertThat(outputs.head()).isNotSameAs(batch.head());
                assertThat(outputs.head().toFloatArray()).containsExactly(1, -1, 2, -2);
            }
            cold.head().muli(100);
            assertThat(batch.head().toFloatArray()).containsExactly(1, -1, 2, -2);
            assertThat(run(decorator, 1).head().toFloatArray()).containsExactly(1, -1);
        }
    }

    @Test
    void forward_manyBatches_leaveNothingButOutputsInTheManager() {
        SpyBlock spy = SpyBlock.twicePlusOne();
        try (CacheBlockDecorator decorator = Decorated.of(spy, directory)) {
            for (long from = 0; from < 40; from += 5) {
                NDManager scope = manager.newSubManager();
                NDList batch =
                        CacheIds.attach(
                                new NDList(scope.ones(new Shape(5, 2))),
                                LongStream.range(from, from + 5).toArray());
                int before = scope.getManagedArrays().size();
                Decorated.run(decorator, scope, batch);
                Decorated.run(decorator, scope, batch);
                assertThat(scope.getManagedArrays()).hasSize(before + 2);
                scope.close();
            }
        }
    }

    @Test
    void forward_outputsAfterOtherBatches_keepTheirBytes() {
        try (CacheBlockDecorator decorator = Decorated.of(SpyBlock.twicePlusOne(), directory)) {
            NDList first = run(decorator, 1, 2, 3);
            first.head().muli(0);
            NDList second = run(decorator, 1, 2, 3);
            run(decorator, 4, 5, 6);
            run(decorator, 3, 2, 1);
            assertRows(second, 1, 2, 3);
        }
    }

    @Test
    void forward_insideAGradientCollector_works() {
        try (Fixture fixture = Fixture.of("mlp");
                CacheBlockDecorator decorator = Decorated.of(fixture.block(), directory);
                GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            NDArray weight = fixture.manager().ones(new Shape(16, 1));
            weight.setRequiresGradient(true);
            for (int i = 0; i < 2; i++) {
                NDList batch = CacheIds.attach(fixture.inputs(), 0, 1, 2, 3, 4);
                NDArray features = Decorated.run(decorator, fixture.manager(), batch).head();
                assertThat(features.hasGradient()).isFalse();
                collector.backward(features.dot(weight).sum());
            }
            assertThat(weight.getGradient().abs().sum().getFloat()).isPositive();
        }
    }

    @Test
    void forward_namedOutputsInAnotherOrder_areMatchedByName() {
        SpyBlock[] self = new SpyBlock[1];
        SpyBlock spy =
                new SpyBlock(
                        inputs -> {
                            NDArray twice = inputs.head().mul(2);
                            twice.setName("twice");
                            NDArray first = inputs.head().get(":, 0");
                            first.setName("first");
                            return self[0].calls().size() % 2 == 0
                                    ? new NDList(twice, first)
                                    : new NDList(first, twice);
                        });
        self[0] = spy;
        try (CacheBlockDecorator decorator = Decorated.of(spy, directory)) {
            for (int id = 1; id < 6; id++) {
                NDList outputs = run(decorator, id, 1);
                assertThat(outputs.stream().map(NDArray::getName).toList())
                        .containsExactly("first", "twice");
                assertThat(outputs.get(0).toFloatArray()).containsExactly(id, 1);
                assertThat(outputs.get(1).toFloatArray()).containsExactly(2 * id, -2 * id, 2, -2);
            }
            assertThat(spy.calls()).hasSize(5);
        }
    }

    @Test
    void forward_outputsThatChangeTheirNumberOrNames_areRefused() {
        List<Integer> kinds = new ArrayList<>(List.of(0, 1, 2, 3));
        SpyBlock spy = new SpyBlock(inputs -> outputsOfKind(inputs, kinds.remove(0)));
        try (CacheBlockDecorator decorator = Decorated.of(spy, directory)) {
            run(decorator, 0);
            for (long id = 1; id <= 3; id++) {
                NDList batch = batch(id);
                assertThatThrownBy(() -> Decorated.run(decorator, manager, batch))
                        .isInstanceOf(UnsupportedOutputException.class)
                        .hasMessageContainingAll("a:FLOAT32", "another module id");
            }
            assertThat(decorator.cache().rowCount()).isEqualTo(1);
            assertThat(run(decorator, 0)).hasSize(2);
        }
    }

    private static NDList outputsOfKind(NDList inputs, int kind) {
        NDArray a = inputs.head().mul(1);
        a.setName(kind == 1 ? "other" : "a");
        NDArray b = inputs.head().mul(2);
        b.setName(kind == 2 ? " " : "b");
        return kind == 3 ? new NDList(a) : new NDList(a, b);
    }

    @Test
    void forward_blockThatFails_leavesTheCacheAndItsLockUsable() {
        List<RuntimeException> failures =
                new ArrayList<>(List.of(new IllegalStateException("out of memory")));
        SpyBlock spy =
                new SpyBlock(
                        inputs -> {
                            if (!failures.isEmpty()) {
                                throw failures.remove(0);
                            }
                            return new NDList(inputs.head().mul(2).add(1));
                        });
        try (CacheBlockDecorator decorator = Decorated.of(spy, directory)) {
            NDList batch = batch(1, 2);
            assertThatThrownBy(() -> Decorated.run(decorator, manager, batch))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("out of memory");
            assertThat(decorator.cache().rowCount()).isZero();
            assertRows(CompletableFuture.supplyAsync(() -> run(decorator, 1, 2)).join(), 1, 2);
        }
    }
}
