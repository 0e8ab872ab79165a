package io.github.djlcachex.djl;

import ai.djl.training.dataset.Dataset;

import io.github.djlcachex.djl.internal.dataset.DuplicateIds;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/** DatasetChecks refuse what cannot become a dataset with ids. */
final class DatasetChecks {

    private DatasetChecks() {}

    /** Returns a dataset that has no ids yet. */
    static Dataset withoutIds(@Nullable Dataset dataset) {
        if (dataset == null || dataset instanceof CachedDataset) {
            throw new UnsupportedDatasetException(
                    Problem.of(
                            "dataset",
                            "one without ids",
                            dataset == null ? "null" : "a CachedDataset",
                            "give ids once, to a dataset that has none"));
        }
        return dataset;
    }

    /** Refuses ids of which rows share one. */
    static void distinct(Optional<DuplicateIds> duplicates) {
        if (duplicates.isPresent()) {
            throw duplicates.get().refusal();
        }
    }
}
