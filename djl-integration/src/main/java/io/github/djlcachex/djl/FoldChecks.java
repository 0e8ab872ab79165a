package io.github.djlcachex.djl;

import io.github.djlcachex.djl.internal.Loggers;
import io.github.djlcachex.djl.internal.Warnings;
import io.github.djlcachex.djl.internal.dataset.RowValues;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.util.stream.IntStream;

/** FoldChecks refuses labels, groups and parts of which no sound folds can be made. */
final class FoldChecks {

    private FoldChecks() {}

    /** Warns of labels with fewer rows than folds, and refuses them if all are, as scikit-learn. */
    static void labels(@Nullable RowValues labelled, int k) {
        if (labelled == null) {
            return;
        }
        int[] rare = codesBelow(labelled, k);
        if (rare.length == labelled.size()) {
            throw new InvalidOptionException(
                    Problem.of(
                            "folds by label",
                            "a label with at least " + k + " rows",
                            "labels with at most " + most(labelled) + " rows",
                            "make fewer folds, or leave the labels out"));
        }
        if (rare.length > 0) {
            Warnings.warn(
                    Loggers.FOLDS,
                    "{} of {} labels have fewer rows than there are folds ({}), such as '{}' with"
                            + " {}: not every fold has them",
                    rare.length,
                    labelled.size(),
                    k,
                    labelled.value(rare[0]),
                    labelled.count(rare[0]));
        }
    }

    static void splitLabels(@Nullable RowValues labelled, int parts) {
        int[] rare = labelled == null ? new int[0] : codesBelow(labelled, parts);
        if (labelled != null && rare.length > 0) {
            throw new InvalidOptionException(
                    Problem.of(
                            "split by label",
                            "at least " + parts + " rows of each label",
                            labelled.count(rare[0]) + " of '" + labelled.value(rare[0]) + "'",
                            "merge rare labels, or leave the labels out"));
        }
    }

    private static int[] codesBelow(RowValues labelled, int rows) {
        return IntStream.range(0, labelled.size())
                .filter(code -> labelled.count(code) < rows)
                .toArray();
    }

    private static int most(RowValues values) {
        return IntStream.range(0, values.size()).map(values::count).max().orElse(0);
    }

    static void groups(@Nullable RowValues grouped, int parts) {
        if (grouped != null && grouped.size() < parts) {
            throw new InvalidOptionException(
                    Problem.of(
                            "groups",
                            "at least " + parts + ", one for each part",
                            grouped.size() + "",
                            "make fewer parts, or leave the groups out"));
        }
    }

    static void parts(Folds.Repetition cut, long[] weights) {
        for (int part = 0; part < weights.length; part++) {
            if (cut.isEmpty(part)) {
                throw new InvalidOptionException(
                        Problem.of(
                                "part " + part + " of a dataset",
                                "at least one row",
                                "none of " + cut.rows() + " rows",
                                "give it a larger fraction"));
            }
        }
    }
}
