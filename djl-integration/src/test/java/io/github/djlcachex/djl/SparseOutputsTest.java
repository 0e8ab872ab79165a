package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;

import io.github.djlcachex.cache.StoredAs;
import io.github.djlcachex.row.InvalidOptionException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.stream.LongStream;

/** Outputs that are mostly zeros: stored sparse by option, and dense arrays all the same. */
class SparseOutputsTest {

    private static final int ROWS = 20;
    private static final int TERMS = 2000;

    @TempDir Path directory;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    /** A bag of words: each number of the input is that of a term, whose weight it has. */
    private static NDList weigh(NDList inputs) {
        NDArray terms = inputs.head();
        int rows = (int) terms.getShape().get(0);
        int words = (int) terms.getShape().get(1);
        float[] weights = new float[rows * TERMS];
        float[] numbers = terms.toFloatArray();
        for (int i = 0; i < numbers.length; i++) {
            weights[i / words * TERMS + (int) numbers[i]] =
                    numbers[i] % 7 == 0 ? -0f : numbers[i] / 3;
        }
        return new NDList(terms.getManager().create(weights, new Shape(rows, TERMS)));
    }

    private NDArray inputs() {
        return manager.arange(0, ROWS * 30, 1, DataType.FLOAT32).mul(3).reshape(ROWS, 30);
    }

    private CacheBlockDecorator open(String module, @Nullable StoredAs as) {
        CacheBlockDecoratorBuilder builder =
                Decorated.audited(directory.resolve(module))
                        .setBlock(new SpyBlock(SparseOutputsTest::weigh))
                        .optFingerprint("same")
                        .optAudit(AuditMode.FAIL);
        return (as == null ? builder : builder.optStoreAs(as)).build();
    }

    private NDArray run(CacheBlockDecorator decorator) {
        long[] ids = LongStream.range(0, ROWS).toArray();
        return Decorated.train(decorator, manager, CacheIds.attach(new NDList(inputs()), ids))
                .head();
    }

    private long bytesOnDisk(String module, @Nullable StoredAs as) {
        String bare = Bits.hex(weigh(new NDList(inputs())).head());
        try (CacheBlockDecorator decorator = open(module, as)) {
            assertThat(Bits.hex(run(decorator))).isEqualTo(bare);
            assertThat(Bits.hex(run(decorator))).isEqualTo(bare);
            assertThat(decorator.stats().hits()).isEqualTo(ROWS);
            assertThat(decorator.stats().auditedRows()).isPositive();
            assertThat(decorator.stats().auditMismatches()).isZero();
            decorator.cache().flush();
            return decorator.cache().stats().persistedBytes();
        }
    }

    @Test
    void forward_weightsOfTerms_areBitEqualInAllEpochs_inAFractionOfTheBytes() {
        long dense = bytesOnDisk("dense", null);
        long sparse = bytesOnDisk("sparse", StoredAs.SPARSE);
        assertThat(dense).isGreaterThan(ROWS * TERMS * Float.BYTES);
        assertThat(sparse).isLessThan(dense / 8);
        String bare = Bits.hex(weigh(new NDList(inputs())).head());
        for (StoredAs as : new @Nullable StoredAs[] {null, StoredAs.SPARSE}) {
            try (CacheBlockDecorator decorator = open("sparse", as)) {
                assertThat(Bits.hex(run(decorator))).isEqualTo(bare);
                assertThat(decorator.stats().misses()).isZero();
            }
        }
    }

    /** DJL has no way to the indices and values of a sparse array, but a dense copy of it. */
    @Test
    void forward_sparseArray_isRefusedWithTheWayOut_andCachedOnceDense() {
        NDList batch = CacheIds.attach(new NDList(manager.ones(new Shape(2, 3))), 1, 2);
        try (CacheBlockDecorator decorator =
                Decorated.in(directory).setBlock(new SpyBlock(SparseOutputsTest::coo)).build()) {
            assertThatThrownBy(() -> Decorated.run(decorator, manager, batch))
                    .isInstanceOf(UnsupportedOutputException.class)
                    .hasMessageContainingAll("a sparse array", "toDense()", "StoredAs.SPARSE");
            assertThat(decorator.cache().rowCount()).isZero();
        }
        try (CacheBlockDecorator decorator =
                Decorated.in(directory)
                        .setBlock(new SpyBlock(in -> new NDList(coo(in).head().toDense())))
                        .optFingerprint("dense")
                        .optStoreAs(0, StoredAs.SPARSE)
                        .build()) {
            for (int epoch = 0; epoch < 2; epoch++) {
                NDArray rows = Decorated.run(decorator, manager, batch).head();
                assertThat(rows.getSparseFormat()).isEqualTo(SparseFormat.DENSE);
                assertThat(rows.get(0).toFloatArray()[999]).isEqualTo(5);
                assertThat(rows.sum().getFloat()).isEqualTo(7);
            }
            assertThat(decorator.stats().hits()).isEqualTo(2);
        }
    }

    private static NDList coo(NDList inputs) {
        long[][] indices = {{0, 1}, {999, 0}};
        FloatBuffer values = FloatBuffer.wrap(new float[] {5, 2});
        return new NDList(
                inputs.head().getManager().createCoo(values, indices, new Shape(2, 1000)));
    }

    @Test
    void optStoreAs_secondWayForAnOutput_isRefused() {
        CacheBlockDecoratorBuilder builder =
                CacheBlockDecorator.builder().optStoreAs("weights", StoredAs.SPARSE);
        assertThatThrownBy(() -> builder.optStoreAs("weights", StoredAs.FLOAT16))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("SPARSE");
    }
}
