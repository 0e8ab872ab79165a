package io.github.djlcachex.djl.internal.ids;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;

import io.github.djlcachex.djl.CacheBlockDecorator;
import io.github.djlcachex.djl.CacheIdTranslator;
import io.github.djlcachex.djl.CachedPredictor;
import io.github.djlcachex.djl.Decorated;
import io.github.djlcachex.djl.Fixture;
import io.github.djlcachex.djl.GraphModels;
import io.github.djlcachex.row.InvalidKeyException;
import io.github.djlcachex.row.StringKeys;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

/** Texts as ids, of any length and script. */
class LongIdsTest {

    @TempDir Path directory;

    private static final List<String> TEXTS =
            List.of(
                    "twenty bytes, ASCII.",
                    "凍結した抽出器の特徴",
                    "👩‍🔬 emoji",
                    "two\nlines",
                    "a".repeat(1024),
                    "a".repeat(1025),
                    "é".repeat(512),
                    "é".repeat(513),
                    "特".repeat(341) + "a",
                    "特".repeat(342),
                    "👩".repeat(256),
                    "👩".repeat(257),
                    "a".repeat(99_999) + "b",
                    "a".repeat(99_999) + "c");

    /** A text to its length and first character, through the model's first columns. */
    private static final class Texts implements Translator<String, float[]> {
        @Override
        public NDList processInput(TranslatorContext ctx, String text) {
            float[] values = new float[GraphModels.INPUTS];
            values[0] = text.length();
            values[1] = text.hashCode() % 1000;
            return new NDList(ctx.getNDManager().create(values));
        }

        @Override
        public float[] processOutput(TranslatorContext ctx, NDList list) {
            return list.get(0).toFloatArray();
        }

        @Override
        public Batchifier getBatchifier() {
            return Batchifier.STACK;
        }
    }

    @Test
    void withStringIds_ofTextsOfAnyLength_hitTheSecondTime() throws Exception {
        try (Model model = Fixture.load("mlp");
                CacheBlockDecorator decorated = Decorated.in(directory).setModel(model).build();
                Predictor<String, float[]> plain = model.newPredictor(new Texts());
                CachedPredictor<String, float[]> cached =
                        new CachedPredictor<>(
                                model,
                                CacheIdTranslator.withStringIds(new Texts(), text -> text),
                                decorated)) {
            List<float[]> expected = plain.batchPredict(TEXTS);
            assertThat(cached.batchPredict(TEXTS)).usingRecursiveComparison().isEqualTo(expected);
            assertThat(cached.batchPredict(TEXTS)).usingRecursiveComparison().isEqualTo(expected);
            assertThat(cached.stats().misses()).isEqualTo(TEXTS.size());
            assertThat(cached.stats().hits()).isEqualTo(TEXTS.size());
        }
    }

    @Test
    void keys_ofLegalLength_areTheIdsThemselves() {
        assertThat(LongIds.keys(List.of("short", "a".repeat(1024))).get(1))
                .isEqualTo("a".repeat(1024));
        assertThat(LongIds.of("é".repeat(512))).isEqualTo("é".repeat(512));
        assertThat(LongIds.of("👩".repeat(257))).startsWith(LongIds.PREFIX);
    }

    @Test
    void keys_ofAnIdThatIsTheHashOfALongOne_isAnotherId() {
        String text = "a".repeat(5_000);
        String hashed = LongIds.of(text);
        StringKeys keys = LongIds.keys(List.of(text, hashed, LongIds.of(hashed)));
        assertThat(List.of(keys.get(0), keys.get(1), keys.get(2))).doesNotHaveDuplicates();
        assertThat(keys.get(0)).isEqualTo(hashed);
    }

    @Test
    void keys_ofAnIdThatIsTheHashOfAContent_isAnotherId() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            String content = InputHash.idOf("a text", manager);
            assertThat(LongIds.keys(List.of(content)).get(0)).isNotEqualTo(content);
        }
    }

    @Test
    void keys_ofLongIdsThatDifferInALoneSurrogate_areTwo() {
        String text = "a".repeat(5_000);
        assertThat(LongIds.of(text + "\ud800")).isNotEqualTo(LongIds.of(text + "\ud801"));
        assertThat(LongIds.of(text + "\ud800")).isNotEqualTo(LongIds.of(text + "\ufffd"));
        assertThatThrownBy(() -> LongIds.keys(List.of("\ud800")))
                .isInstanceOf(InvalidKeyException.class);
    }
}
