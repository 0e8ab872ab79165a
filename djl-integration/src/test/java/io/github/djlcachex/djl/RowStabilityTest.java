package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** The check of extractors: good ones, and each way of being wrong. */
class RowStabilityTest {

    @TempDir Path directory;

    private static NDList rows(NDManager manager, int rows) {
        return new NDList(manager.randomNormal(new Shape(rows, 32)));
    }

    @Test
    void check_rowWiseExtractor_isStable() {
        try (Fixture fixture = Fixture.of("dict_out")) {
            RowStability.Report report =
                    RowStability.check(fixture.block(), rows(fixture.manager(), 48));
            assertThat(report.stable()).isTrue();
            assertThat(report.rows()).isEqualTo(48);
            assertThat(report.sizes()).isEqualTo(IntStream.rangeClosed(1, 40).boxed().toList());
            assertThat(report.minMissRows()).hasValue(1);
            assertThat(report).asString().contains("stable");
        }
    }

    @Test
    void check_smallBatchOrIdsAmongTheInputs_isNoObstacle() {
        try (Fixture fixture = Fixture.of("two_in_int64")) {
            NDList batch = CacheIds.attach(fixture.inputs(), 0, 1, 2, 3, 4);
            RowStability.Report report = RowStability.check(fixture.block(), batch);
            assertThat(report.stable()).isTrue();
            assertThat(report.sizes()).containsExactly(1, 2, 3, 4, 5);
        }
    }

    @Test
    void check_digitsExtractor_isStableWithTheDefaultPadding() throws IOException {
        try (Fixture fixture = Fixture.of("digits_extractor")) {
            NDList images = new NDList(Digits.read(5, 9, 64).array(fixture.manager()));
            RowStability.Report report = RowStability.check(fixture.block(), images);
            assertThat(report.deterministic()).isTrue();
            assertThat(report.minMissRows()).isPresent();
            assertThat(report.minMissRows().getAsInt()).isLessThanOrEqualTo(MinRows.OF_A_TRAINER);
        }
    }

    @Test
    void check_extractorThatMixesItsBatch_saysSo() {
        try (Fixture fixture = Fixture.of("wrong_batch_dependent")) {
            RowStability.Report report =
                    RowStability.check(fixture.block(), rows(fixture.manager(), 48));
            assertThat(report.stable()).isFalse();
            assertThat(report.deterministic()).isTrue();
            assertThat(report.unstableSizes()).contains(1, 20, 40);
            assertThat(report.mixingSizes()).contains(2, 20, 40);
            assertThat(report.minMissRows()).isEmpty();
            assertThat(report).asString().contains("mixes the rows", "must not be cached");
        }
    }

    @Test
    void check_extractorWithState_saysSo() {
        try (Fixture fixture = Fixture.of("wrong_stateful")) {
            RowStability.Report report =
                    RowStability.check(fixture.block(), rows(fixture.manager(), 8));
            assertThat(report.stable()).isFalse();
            assertThat(report.deterministic()).isFalse();
            assertThat(report.minMissRows()).isEmpty();
            assertThat(report).asString().contains("keeps state");
        }
    }

    @Test
    void check_extractorThatAggregates_isRefused() {
        try (Fixture fixture = Fixture.of("wrong_aggregate")) {
            NDList batch = rows(fixture.manager(), 8);
            assertThatThrownBy(() -> RowStability.check(fixture.block(), batch))
                    .isInstanceOf(UnsupportedOutputException.class);
        }
    }

    @Test
    void report_ofSizesThatDiffer_advisesTheNextSize() {
        RowStability.Report report =
                new RowStability.Report(
                        true,
                        50,
                        List.of(1, 2, 3, 4, 5),
                        List.of(1, 2),
                        List.of(2, 3),
                        RowStability.PaddingEffect.NOT_TESTED);
        assertThat(report.stable()).isFalse();
        assertThat(report.minMissRows()).hasValue(4);
        assertThat(report).asString().contains("optMinMissRows(4)", "[1, 2]", "[2, 3]");
    }

    @Test
    void check_leavesNothingInTheManager() {
        try (Fixture fixture = Fixture.of("tuple_out")) {
            NDList batch = rows(fixture.manager(), 6);
            int before = fixture.manager().getManagedArrays().size();
            RowStability.check(fixture.block(), batch);
            assertThat(fixture.manager().getManagedArrays()).hasSize(before);
            assertThat(batch.head().getDataType()).isEqualTo(DataType.FLOAT32);
        }
    }
}
