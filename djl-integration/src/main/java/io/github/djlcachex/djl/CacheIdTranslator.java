package io.github.djlcachex.djl;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import ai.djl.translate.TranslatorOptions;

import io.github.djlcachex.djl.internal.ids.GivenIds;
import io.github.djlcachex.djl.internal.ids.InputHash;
import io.github.djlcachex.djl.internal.ids.LongIds;
import io.github.djlcachex.row.Keys;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * Gives each input of a batch its id, and delegates everything else to another translator.
 *
 * <p>It appends the ids after the other translator has made the batch. If that has no batchifier,
 * each input must be one row.
 *
 * @param <I> the type of the input
 * @param <O> the type of the output
 */
public final class CacheIdTranslator<I, O> extends DelegatingTranslator<I, O> {

    private final Translator<I, O> delegate;
    private final IdsOfBatch<I> ids;

    private CacheIdTranslator(Translator<I, O> delegate, IdsOfBatch<I> ids) {
        super(delegate);
        this.delegate = delegate;
        this.ids = ids;
    }

    /** The ids of a batch's inputs. */
    private interface IdsOfBatch<I> {
        Keys of(TranslatorContext ctx, List<I> inputs);
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
        GivenIds.checked("function of ids", idOfInput);
        return new CacheIdTranslator<>(given(delegate), (ctx, inputs) -> longs(inputs, idOfInput));
    }

    /**
     * Returns a translator with string ids.
     *
     * @param delegate the translator of the inputs
     * @param idOfInput the id of an input: the same for equal inputs, in every process; one that is
     *     null fails the batch with an {@link InvalidIdsException}, one of more than 1,024 bytes of
     *     UTF-8 is replaced by its SHA-256
     * @param <I> the type of the input
     * @param <O> the type of the output
     * @return the translator with ids
     */
    public static <I, O> CacheIdTranslator<I, O> withStringIds(
            Translator<I, O> delegate, Function<? super I, String> idOfInput) {
        GivenIds.checked("function of ids", idOfInput);
        return new CacheIdTranslator<>(
                given(delegate), (ctx, inputs) -> strings(inputs, idOfInput));
    }

    /**
     * Returns a translator whose ids are hashes of the inputs: 128 bits of a SHA-256.
     *
     * <p>The hash covers all characters of a text; size and pixels of an image as they are before
     * the translator; the bytes of the file of a {@code Path} or {@code File}, not its name;
     * properties and contents of an {@code Input}; type, shape, name and values of an array.
     * Numbers, enums and buffers are hashed too, and so are records, value classes of DJL, lists,
     * arrays and maps of all these. An input of another class fails the batch with an {@link
     * UnsupportedInputException}: use {@link #withStringIds}.
     *
     * <p>It reads every input of every batch, hit or miss, at the rate of SHA-256: a few hundred MB
     * a second or more. That includes files, and arrays on a device. The id does not cover what the
     * translator does to the input: if that changes, change the module id. The row must depend on
     * the input alone, which it does not if the padding differs with the batch.
     *
     * @param delegate the translator of the inputs
     * @param <I> the type of the input
     * @param <O> the type of the output
     * @return the translator with ids
     */
    public static <I, O> CacheIdTranslator<I, O> withContentIds(Translator<I, O> delegate) {
        return new CacheIdTranslator<>(
                given(delegate), (ctx, inputs) -> contents(ctx.getNDManager(), inputs));
    }

    private static <I, O> Translator<I, O> given(Translator<I, O> delegate) {
        return Options.given("translator", delegate);
    }

    static <I> Keys contents(NDManager manager, List<I> inputs) {
        return Keys.ofStrings(
                inputs.stream().map(input -> InputHash.idOf(input, manager)).toList());
    }

    /**
     * Returns a translator of inputs that bring their ids.
     *
     * @param delegate the translator of the inputs
     * @param <I> the type of the input
     * @param <O> the type of the output
     * @return the translator with ids
     */
    public static <I, O> CacheIdTranslator<WithId<I>, O> withIds(Translator<I, O> delegate) {
        return new CacheIdTranslator<>(
                new Unwrapping<>(given(delegate)), (ctx, inputs) -> WithId.keysOf(inputs));
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

    static <I> Keys strings(List<I> inputs, Function<? super I, String> idOfInput) {
        List<String> ids = new ArrayList<>(inputs.size());
        for (I input : inputs) {
            ids.add(GivenIds.text(n -> idOfInput.apply(input), "input", ids.size()));
        }
        return LongIds.keys(ids);
    }

    @Override
    public NDList batchProcessInput(TranslatorContext ctx, List<I> inputs) throws Exception {
        Keys keys = ids.of(ctx, inputs); // before the delegate, which may change the inputs
        return CacheIds.attach(delegate.batchProcessInput(ctx, inputs), keys);
    }

    @Override
    public NDList processInput(TranslatorContext ctx, I input) throws Exception {
        if (getBatchifier() != null) {
            return delegate.processInput(ctx, input); // batchProcessInput appends the ids
        }
        Keys keys = ids.of(ctx, Collections.singletonList(input));
        return CacheIds.attach(delegate.processInput(ctx, input), keys);
    }

    @Override
    public TranslatorOptions getExpansions() {
        return delegate.getExpansions();
    }

    /** Lets a translator that knows no ids take inputs with ids. */
    private static final class Unwrapping<I, O> extends DelegatingTranslator<WithId<I>, O> {

        private final Translator<I, O> delegate;

        Unwrapping(Translator<I, O> delegate) {
            super(delegate);
            this.delegate = delegate;
        }

        @Override
        public NDList batchProcessInput(TranslatorContext ctx, List<WithId<I>> inputs)
                throws Exception {
            WithId.checkNoneIsNull(inputs);
            return delegate.batchProcessInput(ctx, inputs.stream().map(WithId::input).toList());
        }

        @Override
        public NDList processInput(TranslatorContext ctx, WithId<I> input) throws Exception {
            return delegate.processInput(ctx, GivenIds.checked("input", input).input());
        }
    }
}
