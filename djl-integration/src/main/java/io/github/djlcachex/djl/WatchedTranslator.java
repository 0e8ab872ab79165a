package io.github.djlcachex.djl;

import ai.djl.ndarray.NDList;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import ai.djl.translate.TranslatorOptions;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.Consumer;

/**
 * A translator that shows each output to a watcher while the arrays of the batch are still open.
 *
 * <p>After that an array of another engine may point to memory that was freed with the batch.
 */
final class WatchedTranslator<I, O> extends DelegatingTranslator<I, O> {

    private final Translator<I, O> delegate;
    private final Consumer<@Nullable O> watcher;

    /**
     * Creates a translator.
     *
     * @param watcher is given each output, in the order of the inputs
     */
    WatchedTranslator(Translator<I, O> delegate, Consumer<@Nullable O> watcher) {
        super(delegate);
        this.delegate = delegate;
        this.watcher = watcher;
    }

    @Override
    public NDList batchProcessInput(TranslatorContext ctx, List<I> inputs) throws Exception {
        return delegate.batchProcessInput(ctx, inputs);
    }

    @Override
    public NDList processInput(TranslatorContext ctx, I input) throws Exception {
        return delegate.processInput(ctx, input);
    }

    @Override
    public O processOutput(TranslatorContext ctx, NDList list) throws Exception {
        O output = super.processOutput(ctx, list);
        watcher.accept(output);
        return output;
    }

    @Override
    public List<O> batchProcessOutput(TranslatorContext ctx, NDList list) throws Exception {
        List<O> outputs = super.batchProcessOutput(ctx, list);
        outputs.forEach(watcher);
        return outputs;
    }

    @Override
    public TranslatorOptions getExpansions() {
        return delegate.getExpansions();
    }
}
