package io.github.djlcachex.djl.internal.outputs;

import ai.djl.translate.TranslateException;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.Consumer;

/** Runs a predictor without the cache. */
@FunctionalInterface
public interface PlainPredictor<I, O> {

    /**
     * Runs inputs.
     *
     * @param watcher is given each output while the arrays of its batch are still open
     */
    List<O> run(List<I> inputs, Consumer<@Nullable O> watcher) throws TranslateException;
}
