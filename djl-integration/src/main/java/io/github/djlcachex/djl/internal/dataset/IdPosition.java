package io.github.djlcachex.djl.internal.dataset;

import ai.djl.training.dataset.Batch;
import ai.djl.translate.PaddingStackBatchifier;

import io.github.djlcachex.djl.internal.Loggers;
import io.github.djlcachex.djl.internal.engine.Hidden;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

import java.util.List;

/**
 * Finds the position of the ids among the arrays of a batch.
 *
 * <p>It is after the data and before the valid lengths that a padding batchifier adds. That
 * batchifier takes the last arrays for the valid lengths when a batch is split over devices. It
 * would take the ids for them and drop their name.
 */
public final class IdPosition {

    private static final Logger logger = Loggers.DATASET;

    private IdPosition() {}

    public static int in(Batch batch) {
        return Math.max(0, batch.getData().size() - validLengthsOf(batch));
    }

    private static int validLengthsOf(Batch batch) {
        try {
            Object batchifier = Hidden.field(Batch.class, "dataBatchifier", batch);
            return batchifier instanceof PaddingStackBatchifier padding ? arraysOf(padding) : 0;
        } catch (ReflectiveOperationException e) {
            logger.debug("the batchifier of a batch cannot be seen", e);
            return 0;
        }
    }

    private static int arraysOf(PaddingStackBatchifier padding)
            throws ReflectiveOperationException {
        Class<?> type = PaddingStackBatchifier.class;
        boolean included = Boolean.TRUE.equals(Hidden.field(type, "includeValidLengths", padding));
        @Nullable Object padded = Hidden.field(type, "arraysToPad", padding);
        return included && padded instanceof List<?> arrays ? arrays.size() : 0;
    }
}
