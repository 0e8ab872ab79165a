package io.github.djlcachex.djl;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.translate.Translator;

/**
 * A predictor that runs a decorated block in place of the model's own.
 *
 * <p>For models whose block cannot be replaced, and to leave the model as it is. The decorator is
 * not closed with the predictor. As every predictor it is for one thread.
 *
 * @param <I> the type of the input
 * @param <O> the type of the output
 */
public final class CachedPredictor<I, O> extends Predictor<I, O> {

    /**
     * Creates a predictor on the model's device.
     *
     * @param model the model, for its manager and properties
     * @param translator a translator whose batches have ids, such as a {@link CacheIdTranslator}
     * @param decorated the decorated block
     */
    public CachedPredictor(
            Model model, Translator<I, O> translator, CacheBlockDecorator decorated) {
        super(model, translator, model.getNDManager().getDevice(), false);
        this.block = decorated;
    }
}
