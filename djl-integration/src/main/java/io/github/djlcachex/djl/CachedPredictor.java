package io.github.djlcachex.djl;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDManager;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.djl.internal.code.LambdaCode;
import io.github.djlcachex.djl.internal.fingerprint.Fingerprinted;
import io.github.djlcachex.djl.internal.fingerprint.Fingerprints;
import io.github.djlcachex.djl.internal.outputs.OutputCache;
import io.github.djlcachex.djl.internal.outputs.OutputNotices;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A CachedPredictor is a predictor with a cache, of what its translator returns or of what its
 * block returns.
 *
 * <pre>{@code
 * try (CachedPredictor<String, float[]> predictor =
 *         CachedPredictor.of(model, directory, "minilm")) {
 *     return predictor.predict("a text"); // the model runs once, in all runs of the program
 * }
 * }</pre>
 *
 * <p>{@link #of} and {@link #builder} cache what the <b>translator</b> returns, after its own
 * pooling and normalization. Inputs whose outputs are there are not translated at all; the others
 * are run in one batch, each id once, in their order. An output from the cache is equal to the
 * stored one in type, shape and every bit. Of the plain predictor it may differ in the last bits,
 * since an engine computes a text alone and among others in different ways; the plain one differs
 * from itself so.
 *
 * <p>Outputs are numbers, arrays of numbers of any dimension such as {@code float[]} and {@code
 * float[][]}, {@code NDArray} and {@code NDList}. Arrays of DJL are new ones, with the names of the
 * stored ones: detached, and so the caller's to close; or of the predictor's manager, if the
 * translator leaves them there. If the first output of all is of another type, {@code predict}
 * throws a {@code TranslateException} with an {@link UnsupportedOutputException}. Later ones of
 * another type or size, or empty ones, are returned uncached, counted, and warned of once.
 *
 * <p>The fingerprint covers the model as that of {@link CacheBlockDecoratorBuilder#setModel(Model)}
 * does, and the translator: class, code of users, settings, batchifier, vocabulary, tokenizer and
 * weights in its fields, after {@code prepare}. Not seen is what it reads elsewhere while it
 * translates; one warning names users' code.
 *
 * <p>The constructor caches what the <b>block</b> returns, with the ids of a {@link
 * CacheIdTranslator}. The decorator is not closed with the predictor.
 *
 * <p>As every predictor it is for one thread: build one for each, over one directory or one cache.
 * They share rows and files, and an input that several miss at the same time is run by one. A
 * failure to store rows never fails a prediction. {@code streamingPredict} is never cached.
 *
 * @param <I> the type of the input
 * @param <O> the type of the output
 */
public final class CachedPredictor<I, O> extends Predictor<I, O> {

    private final @Nullable CacheBlockDecorator decorated;
    private @Nullable OutputCache<I, O> outputs;

    /**
     * Creates a predictor that runs a decorated block in place of the model's own, on the model's
     * device.
     *
     * <p>For models whose block cannot be replaced, and to leave the model as it is.
     *
     * @param model the model, for its manager and properties
     * @param translator a translator whose batches have ids, such as a {@link CacheIdTranslator}
     * @param decorated the decorated block
     */
    public CachedPredictor(
            Model model, Translator<I, O> translator, CacheBlockDecorator decorated) {
        super(
                Options.given("model", model),
                Options.given("translator", translator),
                model.getNDManager().getDevice(),
                false);
        this.decorated = Options.given("decorated", decorated);
        this.block = decorated;
    }

    CachedPredictor(Model model, Translator<I, O> translator, Device device) {
        super(model, translator, device, false);
        this.decorated = null;
    }

    /**
     * Returns a predictor that caches what the model's own translator returns, by the contents of
     * the inputs.
     *
     * @param model a loaded model
     * @param directory the directory of caches; it need not exist
     * @param moduleId the name under which all users of the same model share its rows
     * @param <I> the type of the input
     * @param <O> the type of the output
     * @return the predictor, which closes the cache that it opens
     * @throws UnsupportedBlockException if no fingerprint can be taken of the model
     * @throws UnsupportedTranslatorException if the translator cannot be prepared, or has what
     *     cannot be read
     */
    public static <I, O> CachedPredictor<I, O> of(
            ZooModel<I, O> model, Path directory, String moduleId) {
        return builder(model).setDirectory(directory).setModuleId(moduleId).build();
    }

    /**
     * Returns a builder of predictors that cache what the model's own translator returns.
     *
     * @param model a loaded model
     * @param <I> the type of the input
     * @param <O> the type of the output
     * @return the builder
     */
    public static <I, O> CachedPredictorBuilder<I, O> builder(ZooModel<I, O> model) {
        return new CachedPredictorBuilder<>(model, Options.given("model", model).getTranslator());
    }

    /**
     * Returns a builder of predictors that cache what a translator returns.
     *
     * @param model a loaded model
     * @param translator the translator
     * @param <I> the type of the input
     * @param <O> the type of the output
     * @return the builder
     */
    public static <I, O> CachedPredictorBuilder<I, O> builder(
            Model model, Translator<I, O> translator) {
        return new CachedPredictorBuilder<>(model, translator);
    }

    void open(CachedPredictorBuilder<I, O> options) {
        OutputNotices notices = new OutputNotices(translator);
        Function<? super I, String> ids = options.ids;
        Function<List<I>, Keys> keys =
                ids == null
                        ? inputs -> CacheIdTranslator.contents(manager, inputs)
                        : inputs -> CacheIdTranslator.strings(inputs, ids);
        FeatureCache given = options.given();
        FeatureCache cache = given == null ? options.open(fingerprint(options, notices)) : given;
        outputs = new OutputCache<>(cache, given != null, keys, manager, notices);
    }

    private String fingerprint(CachedPredictorBuilder<I, O> options, OutputNotices notices) {
        prepare();
        Fingerprints fingerprints = ModuleFingerprint.FINGERPRINTS;
        Fingerprinted ofModel =
                fingerprints.ofModel(
                        options.model, options.fingerprint, options.modelFiles, options.version);
        Fingerprinted ofTranslator = fingerprints.ofTranslator(translator, options.version);
        notices.userCode(ofModel.userCode());
        notices.userCode(ofTranslator.userCode());
        return ofModel.text() + "+" + ofTranslator.text();
    }

    /** Has the translator load what it needs, since that decides over its outputs. */
    private void prepare() {
        try (PredictorContext context = new PredictorContext(model, manager, metrics)) {
            translator.prepare(context);
            prepared = true;
        } catch (Exception e) {
            throw new UnsupportedTranslatorException(
                    Problem.of(
                            "translator " + LambdaCode.nameOf(translator.getClass()),
                            "one that can be prepared",
                            e.toString(),
                            "correct what it needs: the plain predictor would fail as well",
                            e));
        }
    }

    /**
     * Returns an output for each input.
     *
     * @param inputs the inputs
     * @return the outputs, in the order of the inputs
     * @throws TranslateException if the plain predictor fails on them, an input has no id, or the
     *     first output of all is of a type that cannot be cached
     */
    @Override
    public List<O> batchPredict(List<I> inputs) throws TranslateException {
        return outputs == null ? super.batchPredict(inputs) : outputs.predict(inputs, this::plain);
    }

    private List<O> plain(List<I> inputs, Consumer<@Nullable O> watcher) throws TranslateException {
        Translator<I, O> own = translator;
        translator = new WatchedTranslator<>(own, watcher);
        try {
            return super.batchPredict(inputs);
        } finally {
            translator = own; // streamingPredict asks for its class
        }
    }

    /**
     * Returns the cache, to flush it for instance.
     *
     * @return the cache; closed with this predictor, if that opened it
     */
    public FeatureCache cache() {
        return outputs == null ? decorator().cache() : outputs.cache();
    }

    /**
     * Returns the counters of this predictor; or of the decorator, if it caches what that returns.
     *
     * <p>A batch is a call, a row is an output. {@code declinedRows} has the outputs that are no
     * rows like the stored ones too, {@code batchesOfOtherShape} the calls that had some.
     *
     * @return the counters at this instant
     */
    public DecoratorStats stats() {
        return outputs == null ? decorator().stats() : new DecoratorStats(outputs.counters());
    }

    NDManager manager() {
        return manager;
    }

    private CacheBlockDecorator decorator() {
        if (decorated == null) {
            throw new IllegalStateException("A predictor has a cache or a decorator");
        }
        return decorated;
    }

    /** Closes this predictor, and the cache that it opened, whose rows are written before. */
    @Override
    public void close() {
        try {
            if (outputs != null) {
                outputs.close();
            }
        } finally {
            super.close();
        }
    }
}
