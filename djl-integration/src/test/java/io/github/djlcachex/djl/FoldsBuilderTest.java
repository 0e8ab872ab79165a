package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Dataset;

import io.github.djlcachex.row.InvalidOptionException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Folds and splits that are shuffled, stratified, grouped and repeated. */
class FoldsBuilderTest {

    @TempDir Path directory;

    private static FoldsBuilder of(int rows) {
        return Folds.builder().setDataset(FoldData.of(rows));
    }

    @Test
    void folds_withoutASeed_areOfConsecutiveRows() throws Exception {
        Folds folds = of(7).folds(3);
        assertThat(folds.get(0).validationIndices()).containsExactly(0, 1, 2);
        assertThat(folds.get(1).validationIndices()).containsExactly(3, 4);
        assertThat(folds.get(2).validationIndices()).containsExactly(5, 6);
        assertThat(folds.get(1).trainIndices()).containsExactly(0, 1, 2, 5, 6);
    }

    /** These numbers are a promise: a seed in somebody's paper gives the same folds for ever. */
    @Test
    void folds_withASeed_areThoseOfEveryVersion() throws Exception {
        Folds folds = of(10).optSeed(42).optRepetitions(2).folds(2);
        assertThat(folds.size()).isEqualTo(4);
        assertThat(folds.get(0).validationIndices()).containsExactly(SEED_42[0]);
        assertThat(folds.get(1).validationIndices()).containsExactly(SEED_42[1]);
        assertThat(folds.get(2).validationIndices()).containsExactly(SEED_42[2]);
        assertThat(folds.get(3).validationIndices()).containsExactly(SEED_42[3]);
    }

    private static final long[][] SEED_42 = {
        {3, 8, 4, 2, 9}, {5, 7, 1, 0, 6}, {6, 0, 2, 1, 5}, {3, 4, 9, 8, 7}
    };

    @Test
    void repetitions_beginWithTheFoldsOfTheSeedAlone() throws Exception {
        Folds repeated = of(23).optSeed(3).optRepetitions(3).folds(5);
        Folds once = of(23).optSeed(3).folds(5);
        assertThat(repeated.size()).isEqualTo(15);
        for (int i = 0; i < 5; i++) {
            assertThat(repeated.get(i).validationIndices())
                    .isEqualTo(once.get(i).validationIndices());
        }
        long[] second =
                IntStream.range(5, 10)
                        .mapToObj(i -> repeated.get(i).validationIndices())
                        .flatMapToLong(Arrays::stream)
                        .sorted()
                        .toArray();
        assertThat(second).isEqualTo(LongStream.range(0, 23).toArray());
        assertThat(repeated.get(5).validationIndices())
                .isNotEqualTo(once.get(0).validationIndices());
    }

    @Test
    void split_ofFractions_hasTheirSizes() throws Exception {
        Folds.Split split = of(20).optSeed(1).split(0.7, 0.2, 0.1);
        assertThat(split.trainIndices()).hasSize(14);
        assertThat(split.validationIndices()).hasSize(4);
        assertThat(split.testIndices()).hasSize(2);
        Folds.Fold inOrder = of(9).split(2 / 3.0, 1 / 3.0);
        assertThat(inOrder.trainIndices()).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(inOrder.validationIndices()).containsExactly(6, 7, 8);
    }

    @Test
    void split_byGroup_givesGroupsToTheSideThatMissesThem() throws Exception {
        int[] groups = IntStream.range(0, 100).map(row -> row / 10).toArray();
        Folds.Split split = of(100).optSeed(5).optGroups(groups).split(0.6, 0.2, 0.2);
        assertThat(split.trainIndices()).hasSize(60);
        assertThat(split.validationIndices()).hasSize(20);
        assertThat(split.testIndices()).hasSize(20);
    }

    @Test
    void split_byAsManyGroupsAsSides_leavesNoSideEmpty() throws Exception {
        Folds.Split split = of(30).optGroups(row -> row / 10).split(0.98, 0.01, 0.01);
        assertThat(split.trainIndices()).hasSize(10);
        assertThat(split.validationIndices()).hasSize(10);
        assertThat(split.testIndices()).hasSize(10);
    }

    @Test
    void folds_byLabelAndGroup_haveTheLabelsOfAll() throws Exception {
        // eight groups of four rows: four groups have label 0 alone, four have label 1 alone
        long[] groups = LongStream.range(0, 32).map(row -> row / 4).toArray();
        Folds folds = of(32).optGroups(groups).optLabels(row -> row / 16).folds(4);
        for (int i = 0; i < 4; i++) {
            long[] validated = folds.get(i).validationIndices();
            assertThat(validated).hasSize(8);
            assertThat(LongStream.of(validated).filter(row -> row < 16).count()).isEqualTo(4);
        }
    }

    @Test
    void values_ofEveryKind_giveTheSameFolds() throws Exception {
        int[] ints = IntStream.range(0, 30).map(row -> row % 3).toArray();
        long[] longs = Arrays.stream(ints).asLongStream().toArray();
        List<String> texts = Arrays.stream(ints).mapToObj(i -> "label " + i).toList();
        long[] expected = of(30).optSeed(2).optLabels(ints).folds(3).get(1).validationIndices();
        assertThat(of(30).optSeed(2).optLabels(longs).folds(3).get(1).validationIndices())
                .isEqualTo(expected);
        assertThat(of(30).optSeed(2).optLabels(texts).folds(3).get(1).validationIndices())
                .isEqualTo(expected);
        assertThat(of(30).optSeed(2).optLabels(i -> i % 3).folds(3).get(1).validationIndices())
                .isEqualTo(expected);
        long[] grouped = of(30).optGroups(ints).folds(3).get(0).validationIndices();
        assertThat(of(30).optGroups(longs).folds(3).get(0).validationIndices()).isEqualTo(grouped);
        assertThat(of(30).optGroups(texts).folds(3).get(0).validationIndices()).isEqualTo(grouped);
        assertThat(of(30).optGroups(i -> i % 3).folds(3).get(0).validationIndices())
                .isEqualTo(grouped);
    }

    @Test
    void everyFeature_overAllFoldsAndSplits_isComputedOnce() throws Exception {
        CachedDataset all = FoldData.of(30);
        SpyBlock spy = SpyBlock.twicePlusOne();
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                CacheBlockDecorator cached =
                        Decorated.in(directory).setBlock(spy).optMinBatchRows(1).build()) {
            FoldsBuilder builder = Folds.builder().setDataset(all).optSeed(9);
            Folds folds = builder.optRepetitions(2).optLabels(row -> row % 2).folds(5);
            for (int i = 0; i < folds.size(); i++) {
                assertNoneWrong(cached, manager, folds.get(i).train());
                assertNoneWrong(cached, manager, folds.get(i).validation());
            }
            Folds.Split split = Folds.builder().setDataset(all).optSeed(4).split(0.6, 0.2, 0.2);
            assertNoneWrong(cached, manager, split.train());
            assertNoneWrong(cached, manager, split.validation());
            assertNoneWrong(cached, manager, split.test());
            assertThat(spy.rowsRun()).isEqualTo(30);
            assertThat(cached.stats().computedRows()).isEqualTo(30);
            assertThat(cached.stats().misses()).isEqualTo(30);
            assertThat(cached.stats().hits()).isEqualTo(10 * 30 + 30 - 30);
        }
    }

    private static void assertNoneWrong(CacheBlockDecorator cached, NDManager manager, Dataset part)
            throws Exception {
        assertThat(Epoch.wrongRows(cached, manager, part)).isZero();
    }

    @Test
    void folds_ofRareLabels_areWarnedOfAndRefusedIfAllAreRare() {
        String log =
                Decorated.logOf(
                        () -> assertThatCode(() -> of(9).optLabels(row -> row == 4).folds(3)));
        assertThat(log).contains("1 of 2 labels", "'true' with 1");
        assertThatThrownBy(() -> of(9).optLabels(row -> row / 2).folds(3))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("at least 3 rows");
    }

    private static void assertThatCode(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        org.assertj.core.api.Assertions.assertThatCode(call).doesNotThrowAnyException();
    }

    @Test
    void split_ofALabelThatCannotBeOnEachSide_isRefused() {
        assertThatThrownBy(() -> of(9).optLabels(row -> row == 4).split(0.5, 0.5))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContainingAll("at least 2 rows of each label", "1 of 'true'");
    }

    @Test
    void groups_fewerThanParts_areRefused() {
        assertThatThrownBy(() -> of(9).optGroups(row -> "one").folds(3))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContainingAll("groups", "at least 3", "found 1");
        assertThatThrownBy(() -> of(9).optGroups(row -> row % 2).split(0.4, 0.3, 0.3))
                .isInstanceOf(InvalidOptionException.class);
    }

    @Test
    void fractions_thatAreNoSplit_areRefused() {
        double[][] bad = {{0.5, 0.4}, {1, 0}, {1.5, -0.5}, {Double.NaN, 1}, {0.6, 0.6}};
        for (double[] fractions : bad) {
            assertThatThrownBy(() -> of(9).split(fractions[0], fractions[1]))
                    .isInstanceOf(InvalidOptionException.class)
                    .hasMessageContaining("sum to 1");
        }
        assertThatThrownBy(() -> of(9).split(0.98, 0.01, 0.01))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("at least one row");
    }

    @Test
    void values_thatAreNotOneForEachRow_areRefused() {
        assertThatThrownBy(() -> of(9).optLabels(new int[8]).folds(3))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContainingAll("labels", "9 rows", "8");
        assertThatThrownBy(() -> of(9).optGroups(Arrays.asList(1, 2, null)).folds(3))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("groups");
        assertThatThrownBy(() -> of(3).optGroups(Arrays.asList(1, 2, null)).folds(3))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("null for row 2");
        assertThatThrownBy(() -> of(3).optLabels(row -> new int[] {1}).folds(3))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("an array for row 0");
    }

    @Test
    void repetitions_withoutASeedOrForASplit_areRefused() {
        assertThatThrownBy(() -> of(9).optRepetitions(2).folds(3))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("seed");
        assertThatThrownBy(() -> of(9).optSeed(1).optRepetitions(2).split(0.5, 0.5))
                .isInstanceOf(InvalidOptionException.class);
        assertThatThrownBy(() -> of(9).optRepetitions(0))
                .isInstanceOf(InvalidOptionException.class);
    }

    @Test
    void options_givenTwice_areRefused() {
        assertThatThrownBy(() -> of(9).optSeed(1).optSeed(2))
                .isInstanceOf(InvalidOptionException.class);
        assertThatThrownBy(() -> of(9).optLabels(new int[9]).optLabels(row -> 1))
                .isInstanceOf(InvalidOptionException.class);
        assertThatThrownBy(() -> Folds.builder().folds(2))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("setDataset");
    }
}
