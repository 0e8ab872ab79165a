package io.github.djlcachex.djl;

import ai.djl.training.ParameterStore;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.lang.ref.WeakReference;

/**
 * The least number of rows that the wrapped block is run on for a batch with ids.
 *
 * <p>A trainer's batches are padded, in evaluation too, so that losses with the cache are those
 * without it in every bit. A predictor's are not: a lone prediction would cost as much as many.
 */
final class MinRows {

    /** The least number for a trainer: kernels for fewer rows round differently. */
    static final int OF_A_TRAINER = 16;

    private static final Logger logger = LoggerFactory.getLogger(CacheBlockDecorator.class);

    private final int set;
    private volatile Asked last = new Asked(new WeakReference<>(null), false);

    /** What was found of a parameter store, which stays the same for many batches. */
    private record Asked(WeakReference<ParameterStore> store, boolean ofTrainer) {}

    /**
     * Creates the rule.
     *
     * @param set the number that the user set, or 0
     */
    MinRows(int set) {
        this.set = set;
    }

    int of(ParameterStore store, boolean training) {
        if (set > 0) {
            return set;
        }
        return training || isTrainers(store) ? OF_A_TRAINER : 1;
    }

    private boolean isTrainers(ParameterStore store) {
        Asked asked = last;
        if (asked.store.get() != store) {
            asked = new Asked(new WeakReference<>(store), hasServer(store));
            last = asked;
        }
        return asked.ofTrainer;
    }

    /** A trainer alone has a server of parameters, and DJL has no other way to tell. */
    private static boolean hasServer(ParameterStore store) {
        try {
            @Nullable Object server = Hidden.field(ParameterStore.class, "parameterServer", store);
            return server != null;
        } catch (ReflectiveOperationException e) {
            logger.debug("whose parameter store it is cannot be seen", e);
            return true;
        }
    }
}
