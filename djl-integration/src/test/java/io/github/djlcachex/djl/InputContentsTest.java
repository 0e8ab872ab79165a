package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import io.github.djlcachex.cache.FeatureCache;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Ids from contents, and the check of inputs. */
class InputContentsTest {

    @TempDir Path directory;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private final SpyBlock spy = SpyBlock.twicePlusOne();

    @AfterEach
    void close() {
        manager.close();
    }

    private CacheBlockDecoratorBuilder builder() {
        return Decorated.in(directory).setBlock(spy).optMinBatchRows(1);
    }

    private NDList rows(float... values) {
        return new NDList(manager.create(values, new Shape(values.length, 1)));
    }

    private float[] run(CacheBlockDecorator decorator, NDList batch) {
        return Decorated.run(decorator, manager, batch).head().toFloatArray();
    }

    @Test
    void contentIds_batchesWithoutIds_areCachedByTheirRows() {
        try (CacheBlockDecorator decorator = builder().optContentIds().build()) {
            assertThat(run(decorator, rows(1, 2, 3, 1))).containsExactly(3, 5, 7, 3);
            assertThat(run(decorator, rows(4, 3, 2))).containsExactly(9, 7, 5);
            assertThat(spy.rowsRun()).isEqualTo(4);
            assertThat(decorator.stats().hits()).isEqualTo(2);
            assertThat(decorator.stats().batchesWithoutIds()).isZero();
        }
        try (CacheBlockDecorator decorator = builder().optContentIds().build()) {
            run(decorator, rows(4, 3, 2, 1));
            assertThat(decorator.stats().hits()).as("in a later run").isEqualTo(4);
        }
    }

    @Test
    void contentIds_idsThatABatchBrings_comeFirst() {
        try (CacheBlockDecorator decorator = builder().optContentIds().build()) {
            run(decorator, CacheIds.attach(rows(1, 2), List.of("a", "b")));
            assertThat(decorator.cache().contains("a")).isTrue();
            try (CacheIds.Scope scope = CacheIds.scope(List.of("c"))) {
                assertThat(scope).isNotNull();
                run(decorator, rows(3));
            }
            assertThat(decorator.cache().contains("c")).isTrue();
            assertThat(decorator.cache().rowCount()).isEqualTo(3);
        }
    }

    @Test
    void contentIds_typeShapeAndPosition_tellRowsApart() {
        SpyBlock first =
                new SpyBlock(
                        inputs ->
                                new NDList(
                                        inputs.head()
                                                .toType(DataType.FLOAT32, true)
                                                .reshape(inputs.head().getShape().get(0), -1)));
        try (CacheBlockDecorator decorator =
                Decorated.in(directory)
                        .setBlock(first)
                        .optMinBatchRows(1)
                        .optContentIds()
                        .build()) {
            NDArray zeros = manager.zeros(new Shape(1, 2), DataType.FLOAT32);
            for (NDList batch :
                    List.of(
                            new NDList(zeros),
                            new NDList(manager.zeros(new Shape(1, 2), DataType.INT32)),
                            new NDList(manager.zeros(new Shape(1, 2, 1), DataType.FLOAT32)),
                            new NDList(zeros, manager.ones(new Shape(1, 1))),
                            new NDList(zeros, manager.zeros(new Shape(1, 1))))) {
                Decorated.run(decorator, manager, batch);
            }
            assertThat(decorator.stats().hits()).isZero();
            assertThat(decorator.cache().rowCount()).isEqualTo(5);
        }
    }

    @Test
    void contentIds_ofTexts_areByTheText() {
        try (NDManager graph = NDManager.newBaseManager("OnnxRuntime")) {
            RowContents contents =
                    new RowContents(
                            new NDList(graph.create(new String[] {"a", "b", "a"})),
                            new ContentInputs(Set.of(), ContentInputs.NO_MASK),
                            new RowSelector(Set.of()),
                            3);
            assertThat(contents.checksum(0)).isEqualTo(contents.checksum(2));
            assertThat(contents.checksum(0)).isNotEqualTo(contents.checksum(1));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"OnnxRuntime", "PyTorch"})
    void contentIds_withAMask_doNotDependOnThePadding(String engine) {
        try (NDManager engines = NDManager.newBaseManager(engine);
                Model model = GraphModels.tokens();
                CacheBlockDecorator decorator =
                        Decorated.in(directory)
                                .setModel(model)
                                .optOutput(Pooling.meanByMask(1))
                                .optContentIds()
                                .optContentMask(1)
                                .build()) {
            NDList shorter = tokens(engines, new long[][] {{1, 2, 0}, {5, 6, 7}}, new int[] {2, 3});
            NDList longer =
                    tokens(
                            engines,
                            new long[][] {{5, 6, 7, 9, 9}, {1, 2, 8, 8, 8}, {1, 2, 0, 8, 8}},
                            new int[] {3, 2, 3});
            List<String> first = Bits.rows(Decorated.run(decorator, engines, shorter).head());
            List<String> second = Bits.rows(Decorated.run(decorator, engines, longer).head());
            assertThat(second.subList(0, 2)).containsExactly(first.get(1), first.get(0));
            assertThat(second.get(2)).isNotEqualTo(first.get(0));
            assertThat(decorator.stats().hits()).isEqualTo(2);
            assertThat(decorator.stats().computedRows()).isEqualTo(3);
        }
    }

    /** Returns tokens, whatever stands behind them, and a mask of their number. */
    private static NDList tokens(NDManager manager, long[][] tokens, int[] lengths) {
        int length = tokens[0].length;
        long[] values = new long[tokens.length * length];
        long[] mask = new long[values.length];
        for (int row = 0; row < tokens.length; row++) {
            for (int t = 0; t < length; t++) {
                values[row * length + t] = tokens[row][t];
                mask[row * length + t] = t < lengths[row] ? 1 : 0;
            }
        }
        Shape shape = new Shape(tokens.length, length);
        return new NDList(manager.create(values, shape), manager.create(mask, shape));
    }

    @Test
    void contentInputs_othersThatDiffer_areNoContent() {
        SpyBlock sum = new SpyBlock(inputs -> new NDList(inputs.head().mul(2)));
        try (CacheBlockDecorator decorator =
                Decorated.in(directory)
                        .setBlock(sum)
                        .optMinBatchRows(1)
                        .optContentIds()
                        .optContentInputs(0)
                        .build()) {
            NDArray same = manager.ones(new Shape(2, 1));
            Decorated.run(decorator, manager, new NDList(same, manager.zeros(new Shape(2, 1))));
            Decorated.run(decorator, manager, new NDList(same, manager.ones(new Shape(2, 1))));
            assertThat(decorator.stats().computedRows()).isEqualTo(1);
        }
        try (CacheBlockDecorator decorator =
                Decorated.in(directory).setBlock(sum).optContentIds().optContentInputs(3).build()) {
            assertThatThrownBy(() -> run(decorator, rows(1)))
                    .isInstanceOf(UnsupportedInputException.class)
                    .hasMessageContaining("optContentInputs");
        }
    }

    @Test
    void contentIds_switchedOff_hashNothing() {
        try (CacheBlockDecorator decorator = builder().optContentIds().build()) {
            decorator.setEnabled(false);
            assertThat(run(decorator, rows(1, 2))).containsExactly(3, 5);
            assertThat(decorator.stats().uncachedBatches()).isEqualTo(1);
        }
    }

    @Test
    void inputCheck_idThatMeansAnotherInput_isComputedCountedAndWarnedOf() {
        try (CacheBlockDecorator decorator = builder().optInputCheck().build()) {
            run(decorator, CacheIds.attach(rows(1, 2, 3), 1, 2, 3));
            String log =
                    Decorated.logOf(
                            () -> {
                                for (int i = 0; i < 2; i++) {
                                    NDList edited = CacheIds.attach(rows(1, 20, 3), 1, 2, 3);
                                    assertThat(run(decorator, edited)).containsExactly(3, 41, 7);
                                }
                            });
            assertThat(log).containsOnlyOnce("The input of id '2'");
            assertThat(decorator.stats().changedInputs()).isEqualTo(2);
            assertThat(decorator.stats().hits()).isEqualTo(4);
            assertThat(run(decorator, CacheIds.attach(rows(2), 2))).containsExactly(5);
            assertThat(spy.rowsRun()).isEqualTo(5);
        }
        try (CacheBlockDecorator decorator = builder().optInputCheck().build()) {
            NDList edited = CacheIds.attach(rows(1, 21, 3), 1, 2, 3);
            assertThat(run(decorator, edited)).as("in a later run").containsExactly(3, 43, 7);
            assertThat(decorator.stats().changedInputs()).isEqualTo(1);
        }
    }

    @Test
    void inputCheck_outputs_areThoseOfTheBlockAlone() {
        try (CacheBlockDecorator decorator = builder().optInputCheck().build()) {
            for (int i = 0; i < 2; i++) {
                NDList outputs =
                        Decorated.run(decorator, manager, CacheIds.attach(rows(1, 2), 1, 2));
                assertThat(outputs).hasSize(1);
                assertThat(outputs.head().toFloatArray()).containsExactly(3, 5);
            }
            assertThat(decorator.getOutputShapes(new Shape[] {new Shape(4, 1)}))
                    .containsExactly(new Shape(4, 1));
            assertThat(decorator.cache().schema().orElseThrow().columns()).hasSize(2);
        }
    }

    @Test
    void inputCheck_besideRowsWithoutIt_hasRowsOfItsOwn() {
        try (CacheBlockDecorator plain = builder().build()) {
            run(plain, CacheIds.attach(rows(1), 1));
        }
        try (CacheBlockDecorator checked = builder().optInputCheck().build()) {
            run(checked, CacheIds.attach(rows(1), 1));
            assertThat(checked.stats().misses()).isEqualTo(1);
        }
    }

    @Test
    void inputCheck_cacheOfRowsWithoutIt_isRefused() {
        try (FeatureCache cache =
                        FeatureCache.builder()
                                .directory(directory)
                                .moduleId("m")
                                .fingerprint("")
                                .open();
                CacheBlockDecorator plain =
                        CacheBlockDecorator.builder().setBlock(spy).setCache(cache).build();
                CacheBlockDecorator checked =
                        CacheBlockDecorator.builder()
                                .setBlock(spy)
                                .setCache(cache)
                                .optInputCheck()
                                .build()) {
            run(plain, CacheIds.attach(rows(1), 1));
            assertThatThrownBy(() -> run(checked, CacheIds.attach(rows(1), 1)))
                    .isInstanceOf(UnsupportedOutputException.class)
                    .hasMessageContaining("reset()");
        }
    }

    @Test
    void inputCheck_withTheAudit_findsNothingWrong() {
        try (CacheBlockDecorator decorator =
                Decorated.audited(directory).setBlock(spy).optInputCheck().build()) {
            for (int i = 0; i < 3; i++) {
                run(decorator, CacheIds.attach(rows(1, 2, 3), 1, 2, 3));
            }
            assertThat(decorator.stats().auditedRows()).isPositive();
            assertThat(decorator.stats().auditMismatches()).isZero();
        }
    }
}
