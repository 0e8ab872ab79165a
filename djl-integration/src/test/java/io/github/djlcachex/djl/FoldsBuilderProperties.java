package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Any sizes, labels and groups: what holds of all folds and splits. */
class FoldsBuilderProperties {

    private static final int LABELS = 4;

    private static FoldsBuilder of(int rows) {
        return Folds.builder().setDataset(FoldData.of(rows));
    }

    private static void assertEachRowOnce(int rows, long[]... sides) {
        long[] all = Arrays.stream(sides).flatMapToLong(Arrays::stream).sorted().toArray();
        assertThat(all).isEqualTo(LongStream.range(0, rows).toArray());
    }

    @Property
    void folds_ofAnyRows_validateEachRowOnceInSizesWithinOne(
            @ForAll @IntRange(min = 2, max = 60) int rows,
            @ForAll @IntRange(min = 2, max = 9) int k,
            @ForAll boolean shuffled,
            @ForAll long seed)
            throws Exception {
        int parts = Math.min(k, rows);
        FoldsBuilder builder = of(rows);
        Folds folds = (shuffled ? builder.optSeed(seed) : builder).folds(parts);
        long[][] validated = new long[parts][];
        for (int i = 0; i < parts; i++) {
            validated[i] = folds.get(i).validationIndices();
            assertEachRowOnce(rows, folds.get(i).trainIndices(), validated[i]);
            assertThat(validated[i].length).isBetween(rows / parts, (rows + parts - 1) / parts);
        }
        assertEachRowOnce(rows, validated);
    }

    @Property
    void folds_byLabel_haveEachLabelWithinOneRowOfItsShare(
            @ForAll @Size(max = 70) List<@IntRange(max = LABELS - 1) Integer> some,
            @ForAll @IntRange(min = 2, max = 3) int k,
            @ForAll long seed)
            throws Exception {
        List<Integer> labels = atLeastThreeOfEach(some);
        int rows = labels.size();
        Folds folds = of(rows).optSeed(seed).optLabels(labels).folds(k);
        for (int fold = 0; fold < k; fold++) {
            long[] validated = folds.get(fold).validationIndices();
            assertThat(validated.length).isBetween(rows / k, (rows + k - 1) / k);
            assertWithinOne(labels, validated, 1.0 / k);
        }
    }

    @Property
    void split_byLabel_hasEachLabelWithinOneRowOfItsShare(
            @ForAll @Size(min = 3, max = 60) List<@IntRange(max = LABELS - 1) Integer> some,
            @ForAll long seed)
            throws Exception {
        List<Integer> labels = atLeastThreeOfEach(some);
        Folds.Split split = of(labels.size()).optSeed(seed).optLabels(labels).split(0.6, 0.2, 0.2);
        assertEachRowOnce(
                labels.size(),
                split.trainIndices(),
                split.validationIndices(),
                split.testIndices());
        assertWithinOne(labels, split.trainIndices(), 0.6);
        assertWithinOne(labels, split.validationIndices(), 0.2);
        assertWithinOne(labels, split.testIndices(), 0.2);
    }

    private static List<Integer> atLeastThreeOfEach(List<Integer> some) {
        return IntStream.range(0, 3 * LABELS + some.size())
                .mapToObj(i -> i < 3 * LABELS ? i % LABELS : some.get(i - 3 * LABELS))
                .toList();
    }

    private static void assertWithinOne(List<Integer> labels, long[] rows, double fraction) {
        for (int label = 0; label < LABELS; label++) {
            int wanted = label;
            long all = labels.stream().filter(each -> each == wanted).count();
            long found = LongStream.of(rows).filter(row -> labels.get((int) row) == wanted).count();
            assertThat(Math.abs(found - all * fraction)).isLessThan(1);
        }
    }

    @Property
    void folds_byGroup_splitNoGroupAndHaveNoEmptySide(
            @ForAll @Size(min = 6, max = 80) List<@IntRange(max = 20) Integer> some,
            @ForAll @IntRange(min = 2, max = 5) int k,
            @ForAll boolean labelled,
            @ForAll long seed)
            throws Exception {
        List<Integer> groups =
                IntStream.range(0, some.size() + k)
                        .mapToObj(i -> i < k ? 100 + i : some.get(i - k))
                        .toList();
        FoldsBuilder builder = of(groups.size()).optSeed(seed).optGroups(groups);
        Folds folds = (labelled ? builder.optLabels(row -> row % 2) : builder).folds(k);
        for (int fold = 0; fold < k; fold++) {
            Folds.Fold round = folds.get(fold);
            assertEachRowOnce(groups.size(), round.trainIndices(), round.validationIndices());
            IntToLongFunction groupOf = row -> groups.get(row);
            assertThat(groupsOf(round.trainIndices(), groupOf))
                    .doesNotContainAnyElementsOf(groupsOf(round.validationIndices(), groupOf));
            assertThat(round.trainIndices()).isNotEmpty();
            assertThat(round.validationIndices()).isNotEmpty();
        }
    }

    private static List<Long> groupsOf(long[] rows, IntToLongFunction groupOf) {
        return LongStream.of(rows)
                .map(row -> groupOf.applyAsLong((int) row))
                .distinct()
                .boxed()
                .toList();
    }
}
