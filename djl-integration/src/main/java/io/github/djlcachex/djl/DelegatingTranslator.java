package io.github.djlcachex.djl;

import ai.djl.ndarray.NDList;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;

import java.util.List;

/**
 * A translator that leaves all but the making of inputs to another one.
 *
 * <p>The two may take inputs of different types. {@code getExpansions} names fields of an input, so
 * a subclass delegates it only if the types are the same.
 */
abstract class DelegatingTranslator<I, O> implements Translator<I, O> {

    private final Translator<?, O> delegate;

    DelegatingTranslator(Translator<?, O> delegate) {
        this.delegate = delegate;
    }

    /** Returns the translator that makes the outputs. */
    final Translator<?, O> outputsFrom() {
        return delegate;
    }

    @Override
    public O processOutput(TranslatorContext ctx, NDList list) throws Exception {
        return delegate.processOutput(ctx, list);
    }

    @Override
    public List<O> batchProcessOutput(TranslatorContext ctx, NDList list) throws Exception {
        return delegate.batchProcessOutput(ctx, list);
    }

    @Override
    public Batchifier getBatchifier() {
        return delegate.getBatchifier();
    }

    @Override
    public void prepare(TranslatorContext ctx) throws Exception {
        delegate.prepare(ctx);
    }
}
