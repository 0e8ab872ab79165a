package io.github.djlcachex.djl;

import ai.djl.inference.Predictor;

import java.nio.file.Path;
import java.util.List;

/** A program that embeds the reviews through a cache and prints the rows, if they are right. */
final class TextProgram {

    private TextProgram() {}

    public static void main(String[] arguments) throws Exception {
        Path model = Path.of(arguments[0]);
        try (TextModel text = TextModel.load(model);
                CacheBlockDecorator cached =
                        Decorated.audited(Path.of(arguments[1])).setModel(text.model()).build();
                Predictor<String, float[]> plain = text.model().newPredictor(text.translator());
                Predictor<String, float[]> predictor = predictor(text, cached)) {
            List<String> rows = TextModel.hex(predictor.batchPredict(TextModel.texts()));
            DecoratorStats stats = cached.stats();
            System.out.println("> " + stats.hits() + " hits " + stats.misses() + " misses");
            if (rows.equals(TextModel.hex(plain.batchPredict(TextModel.texts())))) {
                rows.forEach(row -> System.out.println("> " + row));
            }
        }
    }

    /** A predictor whose ids are the texts themselves. */
    static Predictor<String, float[]> predictor(TextModel text, CacheBlockDecorator cached) {
        return new CachedPredictor<>(
                text.model(),
                CacheIdTranslator.withStringIds(text.translator(), each -> "review: " + each),
                cached);
    }
}
