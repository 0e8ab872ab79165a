package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.norm.BatchNorm;

import io.github.djlcachex.cache.FeatureCache;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/** What torchcachex 0.2.0 gets wrong around the extractor, by the number of the case. */
class TorchcachexCasesTest {

    @TempDir Path directory;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    private static NDArray named(String name, NDArray array) {
        array.setName(name);
        return array;
    }

    @Test
    void case1_dictInputWithTwoHitsAndTwoMisses_returnsAndCachesTheRightRows() {
        try (Fixture fixture = Fixture.of("dict_in");
                CacheBlockDecorator decorator = Decorated.of(fixture.block(), directory)) {
            NDManager inner = fixture.manager();
            for (int round = 0; round < 2; round++) {
                for (int rows : new int[] {2, 4}) {
                    // 2a + b = 10 i
                    NDArray a = inner.arange(0, rows, 1, DataType.FLOAT32).mul(4);
                    NDArray b = inner.arange(0, rows, 1, DataType.FLOAT32).mul(2);
                    NDList batch =
                            new NDList(
                                    named("batch.a", a.reshape(rows, 1)),
                                    named("batch.b", b.reshape(rows, 1)));
                    long[] ids = rows == 2 ? new long[] {0, 1} : new long[] {0, 1, 2, 3};
                    float[] found =
                            Decorated.run(decorator, inner, CacheIds.attach(batch, ids))
                                    .head()
                                    .toFloatArray();
                    float[] expected =
                            rows == 2 ? new float[] {0, 10} : new float[] {0, 10, 20, 30};
                    assertThat(found).isEqualTo(expected);
                }
            }
            assertThat(decorator.stats().misses()).isEqualTo(4);
        }
    }

    @Test
    void case2_secondTensorArgumentWithOneOrTwoMisses_isSelectedToo() {
        for (int hits : new int[] {2, 3}) {
            try (Fixture fixture = Fixture.of("two_in_int64");
                    CacheBlockDecorator decorator =
                            Decorated.of(fixture.block(), directory.resolve("hits" + hits))) {
                NDManager inner = fixture.manager();
                NDArray tokens = inner.create(new long[] {1, 2, 3, 4}, new Shape(4, 1));
                NDArray mask = inner.create(new long[] {1, 2, 3, 4}, new Shape(4, 1));
                NDList some = new NDList(tokens.get("0:" + hits), mask.get("0:" + hits));
                long[] ids = {0, 1, 2, 3};
                Decorated.run(
                        decorator,
                        inner,
                        CacheIds.attach(some, java.util.Arrays.copyOf(ids, hits)));
                NDList all =
                        Decorated.run(
                                decorator, inner, CacheIds.attach(new NDList(tokens, mask), ids));
                assertThat(all.head().toFloatArray()).containsExactly(1, 4, 9, 16);
            }
        }
    }

    @Test
    void case10_bfloat16Output_isRefusedWithAdvice() {
        try (Fixture fixture = Fixture.of("to_bfloat16");
                CacheBlockDecorator decorator = Decorated.of(fixture.block(), directory)) {
            NDList batch = CacheIds.attach(fixture.inputs(), 0, 1, 2, 3, 4);
            assertThatThrownBy(() -> Decorated.run(decorator, fixture.manager(), batch))
                    .isInstanceOf(UnsupportedOutputException.class)
                    .hasMessageContainingAll("bfloat16", "optCastUnknownTo");
        }
    }

    @Test
    void case10_float64RowsAfterFloat32Rows_areRefusedAndNeverNarrowed() {
        try (Fixture single = Fixture.of("to_float32");
                Fixture wide = Fixture.of("to_float64");
                FeatureCache cache =
                        FeatureCache.builder().directory(directory).moduleId("one").open();
                CacheBlockDecorator first =
                        CacheBlockDecorator.builder()
                                .setBlock(single.block())
                                .setCache(cache)
                                .build();
                CacheBlockDecorator second =
                        CacheBlockDecorator.builder()
                                .setBlock(wide.block())
                                .setCache(cache)
                                .build()) {
            Decorated.run(first, single.manager(), CacheIds.attach(single.inputs(), 0, 1, 2, 3, 4));
            NDList batch = CacheIds.attach(wide.inputs(), 5, 6, 7, 8, 9);
            assertThatThrownBy(() -> Decorated.run(second, wide.manager(), batch))
                    .isInstanceOf(UnsupportedOutputException.class)
                    .hasMessageContainingAll("FLOAT32", "FLOAT64", "another module id");
            assertThat(cache.rowCount()).isEqualTo(5);
        }
    }

    @Test
    void case13_batchNormInTraining_keepsItsStatisticsAndCachesEvaluationRows() {
        BatchNorm norm = BatchNorm.builder().build();
        SequentialBlock extractor = new SequentialBlock().add(norm);
        extractor.initialize(manager, DataType.FLOAT32, new Shape(32, 3));
        extractor.freezeParameters(true);
        NDList rows = new NDList(manager.randomNormal(new Shape(32, 3)).add(5));
        String expected = Bits.hex(Decorated.run(extractor, manager, rows).head());
        String weights = ModuleFingerprint.of(extractor);
        long[] ids = java.util.stream.LongStream.range(0, 32).toArray();
        try (CacheBlockDecorator decorator = Decorated.of(extractor, directory)) {
            for (int epoch = 0; epoch < 3; epoch++) {
                NDList outputs = Decorated.train(decorator, manager, CacheIds.attach(rows, ids));
                assertThat(Bits.hex(outputs.head())).isEqualTo(expected);
            }
            decorator.setEnabled(false);
            Decorated.train(decorator, manager, CacheIds.attach(rows, ids));
        }
        assertThat(ModuleFingerprint.of(extractor)).isEqualTo(weights);
    }
}
