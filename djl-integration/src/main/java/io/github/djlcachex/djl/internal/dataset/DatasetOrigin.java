package io.github.djlcachex.djl.internal.dataset;

import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.dataset.RandomAccessDataset;

import io.github.djlcachex.djl.internal.Loggers;
import io.github.djlcachex.djl.internal.Warnings;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

import java.io.IOException;
import java.util.Optional;

/**
 * Looks once at the whole dataset behind a {@code CachedDataset} and its parts, and warns of ids
 * that are wrong for it.
 *
 * <p>Nothing here fails training: a dataset that cannot be read is skipped.
 */
public final class DatasetOrigin {

    private static final Logger logger = Loggers.DATASET;

    private final Dataset dataset;
    private final RowIds ids;
    private final @Nullable String namespace;
    private final boolean random;

    // both guarded by the monitor
    private boolean looked;
    private @Nullable DatasetSample sample;

    /**
     * Creates the origin.
     *
     * @param namespace the namespace of ids by index, or null for other ids
     */
    public DatasetOrigin(Dataset dataset, RowIds ids, @Nullable String namespace) {
        this(dataset, ids, namespace, false);
    }

    private DatasetOrigin(Dataset dataset, RowIds ids, @Nullable String namespace, boolean random) {
        this.dataset = dataset;
        this.ids = ids;
        this.namespace = namespace;
        this.random = random;
    }

    /** Returns an origin that warns of no randomness, which several views of a row are for. */
    public DatasetOrigin expectingRandomness() {
        return new DatasetOrigin(dataset, ids, namespace, true);
    }

    /** Looks at the dataset at the first call, and registers its namespace at every call. */
    public synchronized void use(NDManager manager) {
        if (!looked && dataset instanceof RandomAccessDataset rows) {
            look(rows, manager);
        }
        looked = true;
        if (namespace != null && sample != null) {
            DatasetNotes.use(namespace, sample);
        }
    }

    private void look(RandomAccessDataset rows, NDManager manager) {
        try {
            lookForDuplicates(rows);
        } catch (RuntimeException e) {
            logger.debug("the ids of a dataset cannot be compared", e);
        }
        try {
            DatasetRows reader = DatasetRows.like(manager);
            boolean sameTwice = lookForRandomness(rows, reader);
            if (namespace != null && sameTwice) {
                sample = DatasetSample.of(rows, reader);
            }
        } catch (IOException | RuntimeException e) {
            logger.debug("a dataset cannot be sampled, and changes of it are not noticed", e);
        }
    }

    private void lookForDuplicates(RandomAccessDataset rows) {
        ids.duplicates(rows.size())
                .ifPresent(
                        duplicates ->
                                Warnings.warn(
                                        logger,
                                        "A dataset has {}; the features of one are served for all"
                                                + " of them. Let the function give each index its"
                                                + " own id, or use withRepeatedIds if these rows"
                                                + " are the same sample",
                                        duplicates));
    }

    /** Returns whether a row is the same each time it is read. */
    private boolean lookForRandomness(RandomAccessDataset rows, DatasetRows reader) {
        Optional<RandomTransforms.Finding> found = RandomTransforms.in(rows, reader);
        found.filter(finding -> !random)
                .ifPresent(
                        finding ->
                                Warnings.warn(
                                        logger,
                                        "The rows of a dataset are random: {}. The cache keeps the first"
                                                + " outcome for good. Keep the pipeline in front of the"
                                                + " cache deterministic and augment behind it, or give"
                                                + " each view of a row its own id",
                                        finding.cause()));
        return found.filter(RandomTransforms.Finding::rowsDiffer).isEmpty();
    }
}
