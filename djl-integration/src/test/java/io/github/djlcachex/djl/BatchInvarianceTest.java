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

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** The check of extractors: good ones, and each way of being wrong. */
class BatchInvarianceTest {

    @TempDir Path directory;

    private static NDList rows(NDManager manager, int rows) {
        return new NDList(manager.randomNormal(new Shape(rows, 32)));
    }

    @Test
    void check_rowWiseExtractor_isInvariant() {
        try (Fixture fixture = Fixture.of("dict_out")) {
            BatchInvariance.Report report =
                    BatchInvariance.check(fixture.block(), rows(fixture.manager(), 48));
            assertThat(report.isInvariant()).isTrue();
            assertThat(report.rows()).isEqualTo(48);
            assertThat(report.sizes()).isEqualTo(IntStream.rangeClosed(1, 40).boxed().toList());
            assertThat(report.minBatchRows()).hasValue(1);
            assertThat(report).asString().contains("Rows are the same in batches");
        }
    }

    @Test
    void check_smallBatchOrIdsAmongTheInputs_isNoObstacle() {
        try (Fixture fixture = Fixture.of("two_in_int64")) {
            NDList batch = CacheIds.attach(fixture.inputs(), 0, 1, 2, 3, 4);
            BatchInvariance.Report report = BatchInvariance.check(fixture.block(), batch);
            assertThat(report.isInvariant()).isTrue();
            assertThat(report.sizes()).containsExactly(1, 2, 3, 4, 5);
        }
    }

    @Test
    void check_digitsExtractor_isInvariantWithTheDefaultPadding() throws IOException {
        try (Fixture fixture = Fixture.of("digits_extractor")) {
            NDList images = new NDList(Digits.read(5, 9, 64).array(fixture.manager()));
            BatchInvariance.Report report = BatchInvariance.check(fixture.block(), images);
            assertThat(report.isDeterministic()).isTrue();
            assertThat(report.minBatchRows()).isPresent();
            assertThat(report.minBatchRows().getAsInt()).isLessThanOrEqualTo(MinRows.OF_A_TRAINER);
        }
    }

    @Test
    void check_extractorThatMixesItsBatch_saysSo() {
        try (Fixture fixture = Fixture.of("wrong_batch_dependent")) {
            BatchInvariance.Report report =
                    BatchInvariance.check(fixture.block(), rows(fixture.manager(), 48));
            assertThat(report.isInvariant()).isFalse();
            assertThat(report.isDeterministic()).isTrue();
            assertThat(report.variantSizes()).contains(1, 20, 40);
            assertThat(report.crossRowSizes()).contains(2, 20, 40);
            assertThat(report.minBatchRows()).isEmpty();
            assertThat(report).asString().contains("mixes the rows", "must not be cached");
        }
    }

    @Test
    void check_extractorWithState_saysSo() {
        try (Fixture fixture = Fixture.of("wrong_stateful")) {
            BatchInvariance.Report report =
                    BatchInvariance.check(fixture.block(), rows(fixture.manager(), 8));
            assertThat(report.isInvariant()).isFalse();
            assertThat(report.isDeterministic()).isFalse();
            assertThat(report.minBatchRows()).isEmpty();
            assertThat(report).asString().contains("keeps state");
        }
    }

    @Test
    void check_extractorThatAggregates_isRefused() {
        try (Fixture fixture = Fixture.of("wrong_aggregate")) {
            NDList batch = rows(fixture.manager(), 8);
            assertThatThrownBy(() -> BatchInvariance.check(fixture.block(), batch))
                    .isInstanceOf(UnsupportedOutputException.class);
        }
    }

    @Test
    void report_ofSizesThatDiffer_advisesTheNextSize() {
        BatchInvariance.Report report =
                new BatchInvariance.Report(
                        true,
                        50,
                        List.of(1, 2, 3, 4, 5),
                        List.of(1, 2),
                        List.of(2, 3),
                        BatchInvariance.PaddingEffect.NOT_TESTED);
        assertThat(report.isInvariant()).isFalse();
        assertThat(report.minBatchRows()).hasValue(4);
        assertThat(report).asString().contains("optMinBatchRows(4)", "[1, 2]", "[2, 3]");
    }

    /** Token ids of rows of 1 to 5 tokens, padded to 5 with zeros, and their mask. */
    private static NDList texts(NDManager manager) {
        long[][] ids = new long[12][5];
        long[][] mask = new long[12][5];
        for (int i = 0; i < ids.length; i++) {
            for (int j = 0; j <= i % 5; j++) {
                ids[i][j] = 7L * i + j + 1;
                mask[i][j] = 1;
            }
        }
        return new NDList(
                manager.create(flat(ids), new Shape(12, 5)),
                manager.create(flat(mask), new Shape(12, 5)));
    }

    private static long[] flat(long[][] rows) {
        return java.util.Arrays.stream(rows).flatMapToLong(java.util.Arrays::stream).toArray();
    }

    private static NDList meanOfAll(NDList inputs) {
        return new NDList(inputs.get(0).toType(DataType.FLOAT32, false).mean(new int[] {1}));
    }

    private static NDList meanByMask(NDList inputs) {
        NDArray ids = inputs.get(0).toType(DataType.FLOAT32, false);
        NDArray mask = inputs.get(1).toType(DataType.FLOAT32, false);
        return new NDList(ids.mul(mask).sum(new int[] {1}).div(mask.sum(new int[] {1})));
    }

    private static BatchInvariance.Report padded(UnaryOperator<NDList> function) {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            return BatchInvariance.of(new SpyBlock(function))
                    .optPadding(0, 1, 0)
                    .optPadding(1, 1, 0)
                    .check(texts(manager));
        }
    }

    @Test
    void caseP6_meanWithoutAMask_isFoundByMorePadding() {
        BatchInvariance.Report report = padded(BatchInvarianceTest::meanOfAll);
        assertThat(report.padding()).isEqualTo(BatchInvariance.PaddingEffect.ROWS);
        assertThat(report.isInvariant()).isFalse();
        assertThat(report).asString().contains("Padding changes the rows", "mask");
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            BatchInvariance.Report blind =
                    BatchInvariance.check(
                            new SpyBlock(BatchInvarianceTest::meanOfAll), texts(manager));
            assertThat(blind.isInvariant()).isTrue();
            assertThat(blind.padding()).isEqualTo(BatchInvariance.PaddingEffect.NOT_TESTED);
        }
    }

    @Test
    void check_meanByMask_isInvariantUnderPadding() {
        assertThat(padded(BatchInvarianceTest::meanByMask).padding())
                .isEqualTo(BatchInvariance.PaddingEffect.NONE);
    }

    @Test
    void check_roundingThatPaddingChanges_isToldApart() {
        BatchInvariance.Report report =
                padded(
                        inputs ->
                                new NDList(
                                        meanByMask(inputs)
                                                .head()
                                                .add(1e-6f * inputs.head().getShape().get(1))));
        assertThat(report.padding()).isEqualTo(BatchInvariance.PaddingEffect.LAST_BITS);
        assertThat(report).asString().contains("last bits");
    }

    @Test
    void check_rowsOfTheLengthOfTheirInput_changeTheirShape() {
        assertThat(padded(inputs -> new NDList(inputs.head().mul(2))).padding())
                .isEqualTo(BatchInvariance.PaddingEffect.SHAPE);
    }

    @Test
    void caseE9_sharedScalarInput_isPassedWhole() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList batch = new NDList(manager.ones(new Shape(5, 3)), manager.create(2f));
            BatchInvariance.Report report =
                    BatchInvariance.of(
                                    new SpyBlock(
                                            inputs -> new NDList(inputs.get(0).mul(inputs.get(1)))))
                            .optSharedInputs(1)
                            .check(batch);
            assertThat(report.isInvariant()).isTrue();
        }
    }

    @Test
    void check_leavesNothingInTheManager() {
        try (Fixture fixture = Fixture.of("tuple_out")) {
            NDList batch = rows(fixture.manager(), 6);
            int before = fixture.manager().getManagedArrays().size();
            BatchInvariance.check(fixture.block(), batch);
            assertThat(fixture.manager().getManagedArrays()).hasSize(before);
            assertThat(batch.head().getDataType()).isEqualTo(DataType.FLOAT32);
        }
    }
}
