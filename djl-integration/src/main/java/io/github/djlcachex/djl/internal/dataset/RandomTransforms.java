package io.github.djlcachex.djl.internal.dataset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.translate.Pipeline;

import io.github.djlcachex.djl.internal.Loggers;
import io.github.djlcachex.djl.internal.engine.ElementTypes;
import io.github.djlcachex.djl.internal.engine.Hidden;
import io.github.djlcachex.djl.internal.hash.RowHash;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Searches for randomness in front of the cache, which would keep its first outcome.
 *
 * <p>DJL's random transforms are recognized by their names. Others are noticed when a row, or its
 * way through the pipeline, differs between two readings. A random step that changes neither of two
 * rows in a few runs goes unnoticed.
 */
final class RandomTransforms {

    private static final Logger logger = Loggers.DATASET;
    private static final String PREFIX = "ai.djl.modality.cv.transform.Random";
    private static final int PIPELINE_RUNS = 5;

    private final RandomAccessDataset dataset;
    private final DatasetRows rows;
    private final @Nullable Pipeline pipeline;

    private RandomTransforms(RandomAccessDataset dataset, DatasetRows rows) {
        this.dataset = dataset;
        this.rows = rows;
        this.pipeline = pipelineOf(dataset);
    }

    /**
     * A source of randomness.
     *
     * @param cause what is random
     * @param rowsDiffer true if the rows differ already in front of the pipeline
     */
    record Finding(String cause, boolean rowsDiffer) {}

    /** Returns the source of randomness, or empty if none was seen. */
    static Optional<Finding> in(RandomAccessDataset dataset, DatasetRows rows) {
        RandomTransforms search = new RandomTransforms(dataset, rows);
        try {
            Optional<Finding> found = search.rowsThatDiffer();
            return found.isPresent() ? found : search.randomPipeline();
        } catch (IOException | RuntimeException e) {
            logger.debug("a dataset cannot be searched for random transforms", e);
            return search.named();
        }
    }

    private static @Nullable Pipeline pipelineOf(RandomAccessDataset dataset) {
        try {
            return (Pipeline) Hidden.field(RandomAccessDataset.class, "pipeline", dataset);
        } catch (ReflectiveOperationException e) {
            logger.debug("the pipeline of a dataset cannot be seen", e);
            return null;
        }
    }

    private Optional<Finding> rowsThatDiffer() throws IOException {
        for (long index : indices()) {
            byte[] once = rows.read(dataset, index, RowHash::of);
            if (!Arrays.equals(once, rows.read(dataset, index, RowHash::of))) {
                return Optional.of(
                        new Finding(
                                dataset.getClass().getName()
                                        + ".get, which gave other data for row "
                                        + index
                                        + " the second time",
                                true));
            }
        }
        return Optional.empty();
    }

    private long[] indices() {
        return LongStream.of(0, dataset.size() / 2)
                .filter(i -> i < dataset.size())
                .distinct()
                .toArray();
    }

    private Optional<Finding> randomPipeline() throws IOException {
        Optional<Finding> named = named();
        if (named.isPresent() || pipeline == null || pipeline.getTransforms().isEmpty()) {
            return named;
        }
        for (long index : indices()) {
            if (rows.read(dataset, index, row -> differsBehind(pipeline, row))) {
                return Optional.of(
                        new Finding(
                                "the pipeline of "
                                        + namesOf(pipeline)
                                        + ", which gave other data for row "
                                        + index
                                        + " at another run",
                                false));
            }
        }
        return Optional.empty();
    }

    private Optional<Finding> named() {
        if (pipeline == null) {
            return Optional.empty();
        }
        List<String> names =
                pipeline.getTransforms().stream()
                        .filter(t -> t.getClass().getName().startsWith(PREFIX))
                        .map(t -> t.getClass().getSimpleName())
                        .toList();
        return names.isEmpty()
                ? Optional.empty()
                : Optional.of(new Finding(String.join(", ", names), false));
    }

    private static String namesOf(Pipeline pipeline) {
        return pipeline.getTransforms().stream()
                .limit(8)
                .map(
                        t ->
                                t.getClass().getSimpleName().isEmpty()
                                        ? "?"
                                        : t.getClass().getSimpleName())
                .collect(Collectors.joining(", "));
    }

    private boolean differsBehind(Pipeline steps, NDList row) {
        // PyTorch crashes when it copies arrays of other types
        if (!row.stream().allMatch(array -> ElementTypes.isSupported(array.getDataType()))) {
            return false;
        }
        byte[] first = RowHash.of(steps.transform(copyOf(row)));
        for (int run = 1; run < PIPELINE_RUNS; run++) {
            if (!Arrays.equals(first, RowHash.of(steps.transform(copyOf(row))))) {
                return true;
            }
        }
        return false;
    }

    /**
     * Copies a row, as a transform may change its input. A transform of an ArrayDataset gets a
     * batch.
     */
    private NDList copyOf(NDList row) {
        NDList copy = new NDList();
        for (NDArray array : row) {
            NDArray duplicate = array.duplicate();
            duplicate.setName(array.getName());
            copy.add(dataset instanceof ArrayDataset ? duplicate.expandDims(0) : duplicate);
        }
        return copy;
    }
}
