package io.github.djlcachex.djl;

import ai.djl.ndarray.NDList;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import ai.djl.translate.TranslatorOptions;

import io.github.djlcachex.row.Keys;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * A translator that gives each input of a batch its id, and leaves the rest to another translator.
 *
 * <p>The ids are appended after the other translator has made the batch. With a translator that has
 * no batchifier each input must be one row.
 *
 * @param <I> the type of the input
 * @param <O> the type of the output
 */
public final class CacheIdTranslator<I, O> implements Translator<I, O> {

    private final Translator<I, O> delegate;
    private final Function<List<I>, Keys> ids;

    private CacheIdTranslator(Translator<I, O> delegate, Function<List<I>, Keys> ids) {
        this.delegate = delegate;
        this.ids = ids;
    }

    /**
     * Returns a translator with integer ids.
     *
     * @param delegate the translator of the inputs
     * @param idOfInput the id of an input: the same for equal inputs, in every process; one that is
     *     null fails the batch with an {@link InvalidIdsException}
     * @param <I> the type of the input
     * @param <O> the type of the output
     * @return the translator with ids
     */
    public static <I, O> CacheIdTranslator<I, O> withLongIds(
            Translator<I, O> delegate, ToLongFunction<? super I> idOfInput) {
        return new CacheIdTranslator<>(delegate, inputs -> longs(inputs, idOfInput));
    }

    /**
     * Returns a translator with string ids.
     *
     * @param delegate the translator of the inputs
     * @param idOfInput the id of an input: the same for equal inputs, in every process; one that is
     *     null fails the batch with an {@link InvalidIdsException}
     * @param <I> the type of the input
     * @param <O> the type of the output
     * @return the translator with ids
     */
    public static <I, O> CacheIdTranslator<I, O> withStringIds(
            Translator<I, O> delegate, Function<? super I, String> idOfInput) {
        return new CacheIdTranslator<>(delegate, inputs -> strings(inputs, idOfInput));
    }

    /**
     * Returns a translator of inputs that bring their ids.
     *
     * @param delegate the translator of the inputs
     * @param <I> the type of the input
     * @param <O> the type of the output
     * @return the translator with ids
     */
    public static <I, O> CacheIdTranslator<Identified<I>, O> identified(Translator<I, O> delegate) {
        return new CacheIdTranslator<>(new Unwrapping<>(delegate), Identified::keysOf);
    }

    private static <I> Keys longs(List<I> inputs, ToLongFunction<? super I> idOfInput) {
        long[] ids = new long[inputs.size()];
        int position = 0;
        for (I input : inputs) {
            ids[position] = GivenIds.number(n -> idOfInput.applyAsLong(input), "input", position);
            position++;
        }
        return Keys.of(ids);
    }

    private static <I> Keys strings(List<I> inputs, Function<? super I, String> idOfInput) {
        List<String> ids = new ArrayList<>(inputs.size());
        for (I input : inputs) {
            ids.add(GivenIds.text(n -> idOfInput.apply(input), "input", ids.size()));
        }
        return Keys.ofStrings(ids);
    }

    @Override
    public NDList batchProcessInput(TranslatorContext ctx, List<I> inputs) throws Exception {
        return CacheIds.attach(delegate.batchProcessInput(ctx, inputs), ids.apply(inputs));
    }

    @Override
    public NDList processInput(TranslatorContext ctx, I input) throws Exception {
        NDList processed = delegate.processInput(ctx, input);
        // without a batchifier this is the whole batch; else batchProcessInput appends the ids
        return getBatchifier() == null
                ? CacheIds.attach(processed, ids.apply(Collections.singletonList(input)))
                : processed;
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

    @Override
    public TranslatorOptions getExpansions() {
        return delegate.getExpansions();
    }

    /** A translator of inputs that have ids, for one that does not know of them. */
    private record Unwrapping<I, O>(Translator<I, O> delegate)
            implements Translator<Identified<I>, O> {

        @Override
        public NDList batchProcessInput(TranslatorContext ctx, List<Identified<I>> inputs)
                throws Exception {
            Identified.checkNoneIsNull(inputs);
            return delegate.batchProcessInput(ctx, inputs.stream().map(Identified::input).toList());
        }

        @Override
        public NDList processInput(TranslatorContext ctx, Identified<I> input) throws Exception {
            return delegate.processInput(ctx, GivenIds.checked("input", input).input());
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
}
