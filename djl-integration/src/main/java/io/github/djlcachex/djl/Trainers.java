package io.github.djlcachex.djl;

import ai.djl.training.ParameterStore;

import io.github.djlcachex.djl.internal.Loggers;
import io.github.djlcachex.djl.internal.engine.Hidden;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

import java.lang.ref.WeakReference;

/** Tells the parameter stores of trainers from those of predictors. */
final class Trainers {

    private static final Logger logger = Loggers.DECORATOR;

    private volatile Asked last = new Asked(new WeakReference<>(null), false);

    /** The answer for a parameter store, which is the same for many batches. */
    private record Asked(WeakReference<ParameterStore> store, boolean ofTrainer) {}

    /** Tells whether a parameter store is a trainer's. */
    boolean owns(ParameterStore store) {
        Asked asked = last;
        if (asked.store.get() != store) {
            asked = new Asked(new WeakReference<>(store), hasServer(store));
            last = asked;
        }
        return asked.ofTrainer;
    }

    /** Only a trainer has a parameter server. DJL has no other sign. */
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
