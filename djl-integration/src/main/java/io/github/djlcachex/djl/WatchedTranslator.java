package io.github.djlcachex.djl;

import ai.djl.ndarray.NDList;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import ai.djl.translate.TranslatorOptions;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.Consumer;

/**
 * A translator that shows each output to somebody while all of the batch is still there.
 *
 * <p>Behind that an array of another engine may look into memory that was freed with the batch.
 *
 * @param delegate the translator that does the work
 * @param watcher is given each output, in the order of the inputs
 */
record WatchedTranslator<I, O>(Translator<I, O> delegate, Consumer<@Nullable O> watcher)
        implements Translator<I, O> {

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
        O output = delegate.processOutput(ctx, list);
        watcher.accept(output);
        return output;
    }

    @Override
    public List<O> batchProcessOutput(TranslatorContext ctx, NDList list) throws Exception {
        List<O> outputs = delegate.batchProcessOutput(ctx, list);
        outputs.forEach(watcher);
        return outputs;
    }

    @Override
    public Batchifier getBatchifier() {
        return delegate.getBatchifier();
    }

    @Override
    public void prepare(TranslatorContext ctx) throws Exception {
        delegate.prepare(ctx);
    }

    @Override
    public TranslatorOptions getExpansions() {
        return delegate.getExpansions();
    }
}
