package io.github.djlcachex.djl;

import ai.djl.inference.Predictor;

import java.nio.file.Path;
import java.util.List;

/** A program that embeds the reviews through a cache; it tells hits and misses, and the rows. */
final class TextProgram {

    private TextProgram() {}

    public static void main(String[] arguments) throws Exception {
        Path model = Path.of(arguments[0]);
        try (TextModel text = TextModel.load(model);
                CacheBlockDecorator cached =
                        Decorated.audited(Path.of(arguments[1])).setModel(text.model()).build();
                Predictor<String, float[]> predictor = predictor(text, cached)) {
            List<float[]> rows = predictor.batchPredict(TextModel.texts());
            DecoratorStats stats = cached.stats();
            System.out.println("> " + stats.hits() + " hits " + stats.misses() + " misses");
            TextModel.hex(rows).forEach(row -> System.out.println("> " + row));
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
