package io.github.djlcachex.djl;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.translate.Translator;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FeatureCacheBuilder;
import io.github.djlcachex.row.GivenOptions;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The options of a {@link CachedPredictor} that caches what its translator returns: either an open
 * cache, or a directory and a module id. It may build several predictors.
 *
 * <p>Every setter throws {@link InvalidOptionException} for null, and for a second call with
 * another value. Not safe for use by several threads at once.
 *
 * @param <I> the type of the input
 * @param <O> the type of the output
 */
public final class CachedPredictorBuilder<I, O> {

    final Model model;
    final Translator<I, O> translator;
    private final GivenOptions given = new GivenOptions();
    private final CacheChoice cache = new CacheChoice(given);
    @Nullable Function<? super I, String> ids;
    @Nullable String fingerprint;
    @Nullable String version;
    Path[] modelFiles = new Path[0];
    private @Nullable Device device;

    CachedPredictorBuilder(Model model, @Nullable Translator<I, O> translator) {
        this.model = Options.given("model", model);
        this.translator = Options.required(translator, "translator", "builder(model, translator)");
        if (translator instanceof CacheIdTranslator) {
            throw new InvalidOptionException(
                    Problem.of(
                            "translator",
                            "one that adds no ids to its batches",
                            "a CacheIdTranslator",
                            "give the translator in it, and its ids by optIds"));
        }
    }

    /**
     * Sets an open cache, which stays the caller's to close. Its fingerprint is the caller's too:
     * it must change with the model and with the translator. A predictor computes one output first,
     * to see that the rows are of its type.
     *
     * @param cache the cache
     * @return this builder
     */
    public CachedPredictorBuilder<I, O> setCache(FeatureCache cache) {
        this.cache.setCache(cache);
        return this;
    }

    /**
     * Sets the directory of caches, in which the predictor opens its own and closes it.
     *
     * @param directory the directory; it need not exist
     * @return this builder
     */
    public CachedPredictorBuilder<I, O> setDirectory(Path directory) {
        cache.setDirectory(directory);
        return this;
    }

    /**
     * Sets the name under which all users of the same model share its rows.
     *
     * @param moduleId the name; any text that is not blank
     * @return this builder
     */
    public CachedPredictorBuilder<I, O> setModuleId(String moduleId) {
        cache.setModuleId(moduleId);
        return this;
    }

    /**
     * Sets the id of an input. By default it is a SHA-256 of what is in it, as {@link
     * CacheIdTranslator#withContentIds} says.
     *
     * @param idOfInput the id: the same for equal inputs, in every process; one that is null fails
     *     the batch, one of more than 1,024 bytes of UTF-8 is replaced by its SHA-256
     * @return this builder
     */
    public CachedPredictorBuilder<I, O> optIds(Function<? super I, String> idOfInput) {
        this.ids = given.once("ids", idOfInput);
        return this;
    }

    /**
     * Names the weights of the model, in place of a hash over them: the text must change whenever
     * they do. The translator counts all the same.
     *
     * @param fingerprint the text, such as that of {@link ModuleFingerprint#ofFiles}; by default
     *     what {@link CacheBlockDecoratorBuilder#setModel(Model)} takes
     * @return this builder
     */
    public CachedPredictorBuilder<I, O> optFingerprint(String fingerprint) {
        this.fingerprint = given.once("fingerprint", fingerprint);
        return this;
    }

    /**
     * Names the files that the model was loaded from, where its path tells not enough: a folder
     * with several ONNX models, for instance.
     *
     * @param files what {@link ModuleFingerprint#ofFiles} is taken of; the order does not matter
     * @return this builder
     */
    public CachedPredictorBuilder<I, O> optModelFiles(Path... files) {
        this.modelFiles = given.once("modelFiles", files).toArray(Path[]::new);
        return this;
    }

    /**
     * Names the version of users' code in the translator and in the model, in place of that code,
     * and of what cannot be read of the translator. Settings and weights that can be read count all
     * the same.
     *
     * @param version the text, another one whenever results of the code change
     * @return this builder
     * @throws InvalidOptionException if it is blank
     */
    public CachedPredictorBuilder<I, O> optVersion(String version) {
        this.version = given.once("version", version);
        Options.check(!version.isBlank(), "version", "a text", "none");
        return this;
    }

    /**
     * Sets the device of the predictor.
     *
     * @param device the device; by default the model's
     * @return this builder
     */
    public CachedPredictorBuilder<I, O> optDevice(Device device) {
        this.device = given.once("device", device);
        return this;
    }

    /**
     * Sets options of the cache that the predictor opens: sizes, flushing, read-only and others.
     * May be called several times. Whose rows these are is set by {@link #setDirectory}, {@link
     * #setModuleId} and {@link #optFingerprint} alone: {@link #build} throws {@link
     * InvalidOptionException} if the options change one of them.
     *
     * @param options called with the cache's builder, after earlier ones
     * @return this builder
     */
    public CachedPredictorBuilder<I, O> optCacheOptions(Consumer<FeatureCacheBuilder> options) {
        cache.add(options);
        return this;
    }

    /**
     * Builds a predictor: prepares the translator, takes the fingerprint, and opens the cache.
     *
     * @return the predictor
     * @throws InvalidOptionException if there is not either a cache or a directory with a module id
     * @throws UnsupportedBlockException if no fingerprint can be taken of the model
     * @throws UnsupportedTranslatorException if the translator cannot be prepared, or has what
     *     cannot be read, and no version is given
     */
    public CachedPredictor<I, O> build() {
        cache.check(fingerprint, modelFiles.length > 0 ? "files" : version);
        Device on = device == null ? model.getNDManager().getDevice() : device;
        CachedPredictor<I, O> predictor = new CachedPredictor<>(model, translator, on);
        boolean built = false;
        try {
            predictor.open(this);
            built = true;
        } finally {
            if (!built) {
                predictor.close();
            }
        }
        return predictor;
    }

    @Nullable FeatureCache given() {
        return cache.cache;
    }

    FeatureCache open(String text) {
        return cache.open(text);
    }
}
