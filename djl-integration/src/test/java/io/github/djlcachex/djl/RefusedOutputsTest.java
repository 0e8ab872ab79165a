package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;

/** Outputs that cannot be cached are refused with the reason; some of them would abort the JVM. */
class RefusedOutputsTest {

    @TempDir Path directory;

    private static NDList withIds(NDList inputs) {
        int rows = Math.toIntExact(inputs.head().getShape().get(0));
        return CacheIds.attach(inputs, LongStream.range(0, rows).toArray());
    }

    @ParameterizedTest
    @CsvSource({
        "to_bfloat16, 'UNKNOWN to DJL, bfloat16 to PyTorch', optCastUnknownTo",
        "to_int16, 'UNKNOWN to DJL, int16 to PyTorch', optCastUnknownTo",
        "to_complex64, COMPLEX64, cast the output"
    })
    void caseE14_typeThatAbortsTheJvm_isRefusedForTheCacheAndPassesWithoutIt(
            String name, String type, String advice) {
        try (Fixture fixture = Fixture.of(name);
                CacheBlockDecorator decorator = Decorated.of(fixture.block(), directory)) {
            NDManager manager = fixture.manager();
            NDList cached = withIds(fixture.inputs());
            assertThatThrownBy(() -> Decorated.run(decorator, manager, cached))
                    .isInstanceOf(UnsupportedOutputException.class)
                    .hasMessageContainingAll("FLOAT32", "data type " + type, advice);
            assertThat(decorator.cache().rowCount()).isZero();
            NDArray plain = Decorated.run(fixture.block(), manager, fixture.inputs()).head();
            assertPasses(Decorated.run(decorator, manager, fixture.inputs()).head(), plain);
            decorator.setEnabled(false);
            assertPasses(Decorated.train(decorator, manager, cached).head(), plain);
            assertPasses(Decorated.run(decorator, manager, cached).head(), plain);
        }
    }

    private static void assertPasses(NDArray output, NDArray plain) {
        assertThat(output.getDataType()).isEqualTo(plain.getDataType());
        assertThat(output.getShape()).isEqualTo(plain.getShape());
        assertThat(Bits.hex(output)).isEqualTo(Bits.hex(plain));
        assertThat(output.getManager()).isSameAs(plain.getManager());
    }

    @ParameterizedTest
    @ValueSource(strings = {"to_bfloat16", "to_int16"})
    void forward_unknownTypeWithCast_isCachedAsFloat32(String name) {
        try (Fixture fixture = Fixture.of(name);
                CacheBlockDecorator decorator =
                        Decorated.in(directory)
                                .setBlock(fixture.block())
                                .optCastUnknownTo(DataType.FLOAT32)
                                .build()) {
            NDArray plain =
                    Decorated.run(fixture.block(), fixture.manager(), fixture.inputs())
                            .head()
                            .toType(DataType.FLOAT32, false);
            NDList cold = Decorated.run(decorator, fixture.manager(), withIds(fixture.inputs()));
            NDList hot = Decorated.run(decorator, fixture.manager(), withIds(fixture.inputs()));
            assertThat(Bits.hex(cold.head())).isEqualTo(Bits.hex(plain));
            assertThat(Bits.hex(hot.head())).isEqualTo(Bits.hex(plain));
            assertThat(decorator.stats().hits()).isEqualTo(fixture.rows());
        }
    }

    @Test
    void forward_outputThatSumsOverTheBatch_isRefused() {
        try (Fixture fixture = Fixture.of("wrong_aggregate");
                CacheBlockDecorator decorator = Decorated.of(fixture.block(), directory)) {
            NDList batch = withIds(fixture.inputs());
            assertThatThrownBy(() -> Decorated.train(decorator, fixture.manager(), batch))
                    .isInstanceOf(UnsupportedOutputException.class)
                    .hasMessageContainingAll("first dimension 16", "(1, 32)", "one row for each");
        }
    }

    @Test
    void forward_rowsOfAnotherLength_runUncachedWithOneWarning() {
        try (Fixture fixture = Fixture.of("variable_length");
                CacheBlockDecorator decorator = Decorated.of(fixture.block(), directory)) {
            NDManager manager = fixture.manager();
            Decorated.run(decorator, manager, withIds(fixture.inputs()));
            NDArray longer = manager.arange(0, 20, 1, DataType.INT64).reshape(4, 5);
            NDList expected = Decorated.run(fixture.block(), manager, new NDList(longer));
            String log =
                    Decorated.logOf(
                            () -> {
                                for (long[] ids : new long[][] {{10, 11, 12, 13}, {0, 1, 2, 13}}) {
                                    NDList batch = CacheIds.attach(new NDList(longer), ids);
                                    NDList rows = Decorated.run(decorator, manager, batch);
                                    assertThat(Bits.hex(rows)).isEqualTo(Bits.hex(expected));
                                }
                            });
            assertThat(log).containsOnlyOnce("rows of another shape");
            assertThat(log).contains("[3, 4]", "by optPadOutput", "pool in front of the cache");
            assertThat(decorator.stats().batchesOfOtherShape()).isEqualTo(2);
            assertThat(decorator.cache().rowCount()).isEqualTo(fixture.rows());
        }
    }

    @Test
    void forward_hitsWithLongerInputs_getNoRowsOfTheOldLength() {
        try (Fixture fixture = Fixture.of("variable_length");
                CacheBlockDecorator decorator = Decorated.of(fixture.block(), directory)) {
            NDManager manager = fixture.manager();
            NDList inputs = fixture.inputs();
            Decorated.run(decorator, manager, withIds(inputs));
            long rows = inputs.head().getShape().get(0);
            NDArray longer = manager.zeros(new Shape(rows, 7), DataType.INT64);
            NDList output = Decorated.run(decorator, manager, withIds(new NDList(longer)));
            assertThat(output.head().getShape().get(1)).isEqualTo(7);
            assertThat(decorator.stats().hits()).isZero();
            assertThat(decorator.stats().batchesOfOtherShape()).isEqualTo(1);
        }
    }

    @Test
    void caseP10_columnsGivenUpByReset_areThoseOfTheNextBatch() {
        try (Fixture fixture = Fixture.of("variable_length");
                CacheBlockDecorator decorator = Decorated.of(fixture.block(), directory)) {
            NDManager manager = fixture.manager();
            NDList shorter = fixture.inputs();
            Decorated.run(decorator, manager, withIds(shorter));
            decorator.cache().reset();
            long rows = shorter.head().getShape().get(0);
            NDList longer = new NDList(manager.zeros(new Shape(rows, 7), DataType.INT64));
            for (int i = 0; i < 2; i++) {
                NDList output = Decorated.run(decorator, manager, withIds(longer));
                assertThat(output.head().getShape().get(1)).isEqualTo(7);
            }
            assertThat(decorator.stats().hits()).isEqualTo(rows);
            // what was known of the inputs before is not known any more
            NDList output = Decorated.run(decorator, manager, withIds(shorter));
            assertThat(Bits.hex(output))
                    .isEqualTo(Bits.hex(Decorated.run(fixture.block(), manager, shorter)));
            assertThat(decorator.stats().batchesOfOtherShape()).isEqualTo(1);
        }
    }

    @Test
    void forward_noOutput_isRefused() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                CacheBlockDecorator decorator =
                        Decorated.of(new SpyBlock(inputs -> new NDList()), directory)) {
            NDList batch = CacheIds.attach(new NDList(manager.ones(new Shape(2, 2))), 1, 2);
            assertThatThrownBy(() -> Decorated.run(decorator, manager, batch))
                    .isInstanceOf(UnsupportedOutputException.class)
                    .hasMessageContaining("at least one output");
        }
    }

    @Test
    void forward_scalarOutput_isRefused() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                CacheBlockDecorator decorator =
                        Decorated.of(
                                new SpyBlock(inputs -> new NDList(inputs.head().sum())),
                                directory)) {
            NDList batch = CacheIds.attach(new NDList(manager.ones(new Shape(2, 2))), 1, 2);
            assertThatThrownBy(() -> Decorated.run(decorator, manager, batch))
                    .isInstanceOf(UnsupportedOutputException.class)
                    .hasMessageContaining("first dimension");
        }
    }

    @Test
    void caseE14_shortBatchesOfATrainerWithTheCacheOff_passWhateverTheOutputIs() {
        Map<String, UnaryOperator<NDList>> blocks =
                Map.of(
                        "a sum",
                        inputs -> new NDList(inputs.head().sum()),
                        "none",
                        inputs -> new NDList(),
                        "sparse",
                        RefusedOutputsTest::sparse,
                        "of one name",
                        RefusedOutputsTest::twins);
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            blocks.forEach(
                    (name, function) -> {
                        NDList inputs = new NDList(manager.ones(new Shape(2, 3)));
                        try (CacheBlockDecorator decorator =
                                Decorated.in(directory.resolve(name))
                                        .setBlock(new SpyBlock(function))
                                        .optMinBatchRows(16)
                                        .build()) {
                            decorator.setEnabled(false);
                            NDList batch = CacheIds.attach(inputs, 1, 2);
                            assertThat(Bits.hex(Decorated.train(decorator, manager, batch)))
                                    .as(name)
                                    .isEqualTo(Bits.hex(function.apply(inputs)));
                        }
                    });
        }
    }

    @Test
    void forward_rowsWithoutElements_areRefusedByTheOutputsName() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                CacheBlockDecorator decorator =
                        Decorated.of(
                                new SpyBlock(inputs -> new NDList(manager.create(new Shape(2, 0)))),
                                directory)) {
            NDList batch = CacheIds.attach(new NDList(manager.ones(new Shape(2, 2))), 1, 2);
            assertThatThrownBy(() -> Decorated.run(decorator, manager, batch))
                    .isInstanceOf(UnsupportedOutputException.class)
                    .hasMessageContainingAll("output 0", "(2, 0)");
        }
    }

    @Test
    void forward_sparseOutput_isRefused() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                CacheBlockDecorator decorator =
                        Decorated.in(directory)
                                .setBlock(new SpyBlock(RefusedOutputsTest::sparse))
                                .optMinBatchRows(1)
                                .build()) {
            NDList batch = CacheIds.attach(new NDList(manager.ones(new Shape(2, 3))), 1, 2);
            assertThatThrownBy(() -> Decorated.run(decorator, manager, batch))
                    .isInstanceOf(UnsupportedOutputException.class)
                    .hasMessageContaining("a sparse array");
        }
    }

    private static NDList sparse(NDList inputs) {
        NDManager manager = inputs.head().getManager();
        long[][] indices = {{0, 1}, {2, 0}};
        return new NDList(
                manager.createCoo(FloatBuffer.wrap(new float[] {1, 2}), indices, new Shape(2, 3)));
    }

    @Test
    void forward_twoOutputsOfOneName_areRefused() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                CacheBlockDecorator decorator =
                        Decorated.of(new SpyBlock(RefusedOutputsTest::twins), directory)) {
            NDList batch = CacheIds.attach(new NDList(manager.ones(new Shape(2, 2))), 1, 2);
            assertThatThrownBy(() -> Decorated.run(decorator, manager, batch))
                    .isInstanceOf(io.github.djlcachex.row.InvalidRowsException.class)
                    .hasMessageContaining("'x' twice");
        }
    }

    private static NDList twins(NDList inputs) {
        NDList twins = new NDList(inputs.head().mul(1), inputs.head().mul(2));
        twins.forEach(array -> array.setName("x"));
        return twins;
    }
}
