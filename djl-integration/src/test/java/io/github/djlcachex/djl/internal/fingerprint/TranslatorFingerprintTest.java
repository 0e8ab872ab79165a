package io.github.djlcachex.djl.internal.fingerprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.translator.TextEmbeddingTranslator;
import ai.djl.inference.Predictor;
import ai.djl.modality.cv.transform.Normalize;
import ai.djl.modality.cv.transform.ToTensor;
import ai.djl.modality.cv.translator.ImageClassificationTranslator;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.translate.Batchifier;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.PaddingStackBatchifier;
import ai.djl.translate.SimplePaddingStackBatchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import ai.djl.util.PairList;

import io.github.djlcachex.djl.CachedPredictor;
import io.github.djlcachex.djl.Fixture;
import io.github.djlcachex.djl.Rows;
import io.github.djlcachex.djl.UnsupportedTranslatorException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Translators that give other outputs never share rows; those that give the same do. */
class TranslatorFingerprintTest {

    /** Fields alone tell these translators apart. */
    private static final Fingerprints FINGERPRINTS =
            new Fingerprints(
                    new KnownParts() {
                        @Override
                        public @Nullable Block wrappedBy(Object value) {
                            return null;
                        }

                        @Override
                        public @Nullable List<Object> partsOf(Object value) {
                            return null;
                        }
                    });

    @TempDir Path directory;

    private static final List<String> TEXTS =
            List.of("one text", "Another text, which is longer.", "ein Wort", "one");

    /** A model of texts: of each token three numbers, and of the mask nothing. */
    private static final class Tokens extends AbstractBlock {

        private final Parameter weight =
                addParameter(
                        Parameter.builder()
                                .setName("weight")
                                .setType(Parameter.Type.WEIGHT)
                                .optShape(new Shape(3))
                                .optRequiresGrad(false)
                                .build());

        @Override
        protected NDList forwardInternal(
                ParameterStore store,
                NDList inputs,
                boolean training,
                @Nullable PairList<String, Object> params) {
            NDArray tokens = inputs.get(0).toType(DataType.FLOAT32, false).expandDims(-1);
            NDArray weights = store.getValue(weight, tokens.getDevice(), training);
            NDArray positions = tokens.cumSum(1).sin();
            return new NDList(tokens.mul(weights).sin().add(positions));
        }

        @Override
        public Shape[] getOutputShapes(Shape[] inputs) {
            return new Shape[] {inputs[0].add(3)};
        }
    }

    private static Model tokens() {
        Model model = Model.newInstance("tokens", "PyTorch");
        Tokens block = new Tokens();
        block.weight.setShape(new Shape(3));
        model.setBlock(block);
        block.setInitializer(ai.djl.training.initializer.Initializer.ONES, p -> true);
        block.initialize(model.getNDManager(), DataType.INT64, new Shape(1, 4));
        return model;
    }

    private static String json(String words, boolean lowercase) {
        String[] parts = words.split(" ", -1);
        List<String> vocabulary = new ArrayList<>();
        for (String part : parts) {
            vocabulary.add("\"" + part + "\":" + (vocabulary.size() + 4));
        }
        return """
                {"version":"1.0","truncation":null,"padding":null,"added_tokens":[
                {"id":0,"content":"[PAD]","single_word":false,"lstrip":false,"rstrip":false,
                "normalized":false,"special":true}],
                "normalizer":{"type":"BertNormalizer","clean_text":true,
                "handle_chinese_chars":true,"strip_accents":null,"lowercase":LOWER},
                "pre_tokenizer":{"type":"BertPreTokenizer"},"post_processor":null,"decoder":null,
                "model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##",
                "max_input_chars_per_word":100,
                "vocab":{"[PAD]":0,"[UNK]":1,"[CLS]":2,"[SEP]":3,WORDS}}}
                """
                .replace("LOWER", String.valueOf(lowercase))
                .replace("WORDS", String.join(",", vocabulary));
    }

    private static final String WORDS = "one text another which is longer ein wort , . Another";

    private static HuggingFaceTokenizer tokenizer(String json, String... options) {
        Map<String, String> map = new HashMap<>();
        for (int i = 0; i < options.length; i += 2) {
            map.put(options[i], options[i + 1]);
        }
        try {
            byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
            return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(bytes), map);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static TextEmbeddingTranslator.Builder embedding(String... options) {
        return TextEmbeddingTranslator.builder(tokenizer(json(WORDS, true), options));
    }

    private static List<Translator<String, float[]>> embeddings() {
        return List.of(
                embedding().optPoolingMode("mean").build(),
                embedding().optPoolingMode("cls").build(),
                embedding().optPoolingMode("max").build(),
                embedding().optPoolingMode("mean").optNormalize(false).build(),
                embedding().optPoolingMode("mean").optIncludeTokenTypes(true).build(),
                embedding()
                        .optPoolingMode("mean")
                        .optBatchifier(new SimplePaddingStackBatchifier())
                        .build(),
                embedding("maxLength", "3").optPoolingMode("mean").build(),
                embedding("padding", "max_length", "maxLength", "16").build(),
                embedding("addSpecialTokens", "false").optPoolingMode("mean").build(),
                TextEmbeddingTranslator.builder(tokenizer(json(WORDS, false)))
                        .optPoolingMode("mean")
                        .build(),
                TextEmbeddingTranslator.builder(
                                tokenizer(json("text one " + WORDS.substring(9), true)))
                        .optPoolingMode("mean")
                        .build());
    }

    private static String of(Translator<?, ?> translator) {
        return FINGERPRINTS.ofTranslator(translator, null).text();
    }

    @Test
    void of_embeddingsOfOtherSettingsOrTokenizers_allDiffer() {
        List<String> first = embeddings().stream().map(TranslatorFingerprintTest::of).toList();
        List<String> again = embeddings().stream().map(TranslatorFingerprintTest::of).toList();
        assertThat(first).doesNotHaveDuplicates().isEqualTo(again);
    }

    @Test
    void batchPredict_ofEmbeddings_returnsWhatThePlainOneDoesForEachTranslator() throws Exception {
        try (Model model = tokens()) {
            for (Translator<String, float[]> translator : embeddings().subList(0, 5)) {
                try (Predictor<String, float[]> plain = model.newPredictor(translator);
                        CachedPredictor<String, float[]> cached =
                                CachedPredictor.builder(model, translator)
                                        .setDirectory(directory)
                                        .setModuleId("tokens")
                                        .build()) {
                    List<float[]> expected = plain.batchPredict(TEXTS);
                    for (int i = 0; i < 2; i++) {
                        assertThat(cached.batchPredict(TEXTS))
                                .usingRecursiveComparison()
                                .isEqualTo(expected);
                    }
                    assertThat(cached.stats().misses()).isEqualTo(TEXTS.size());
                    assertThat(cached.stats().hits()).isEqualTo(TEXTS.size());
                }
            }
        }
    }

    @Test
    void of_aClosedTokenizer_isRefused() {
        HuggingFaceTokenizer tokenizer = tokenizer(json("closed", true));
        Translator<String, float[]> translator =
                TextEmbeddingTranslator.builder(tokenizer).optPoolingMode("cls").build();
        tokenizer.close();
        assertThatThrownBy(() -> of(translator))
                .isInstanceOf(UnsupportedTranslatorException.class)
                .hasMessageContaining("optVersion");
    }

    private static ImageClassificationTranslator images(float mean, int topK, boolean softmax) {
        return ImageClassificationTranslator.builder()
                .addTransform(new ToTensor())
                .addTransform(new Normalize(new float[] {mean, 0, 0}, new float[] {1, 1, 1}))
                .optTopK(topK)
                .optApplySoftmax(softmax)
                .optSynset(List.of("cat", "dog"))
                .build();
    }

    @Test
    void of_djlsOwnTranslators_seesTheirSettings() {
        List<Translator<?, ?>> translators =
                List.of(
                        images(8, 1, true),
                        images(9, 1, true),
                        images(8, 2, true),
                        images(8, 1, false),
                        new NoopTranslator(),
                        new NoopTranslator(Batchifier.STACK),
                        new NoopTranslator(padding(4)),
                        new NoopTranslator(padding(5)));
        assertThat(translators.stream().map(TranslatorFingerprintTest::of)).doesNotHaveDuplicates();
        assertThat(of(images(8, 1, true))).isEqualTo(of(images(8, 1, true)));
        assertThat(of(new NoopTranslator(padding(4))))
                .isEqualTo(of(new NoopTranslator(padding(4))));
    }

    private static Batchifier padding(int length) {
        return PaddingStackBatchifier.builder()
                .addPad(0, 0, m -> m.zeros(new Shape(1)), length)
                .build();
    }

    /**
     * A translator as DJL's documentation has them: what it needs is loaded when it is prepared.
     */
    private static class Loading implements Translator<String, float[]> {

        private final String source;
        private @Nullable Map<String, Integer> vocabulary;
        private int prepared;
        private int translated;

        Loading(String source) {
            this.source = source;
        }

        @Override
        public void prepare(TranslatorContext ctx) {
            prepared++;
            load();
        }

        private void load() {
            Map<String, Integer> words = new HashMap<>();
            for (String word : System.getProperty(source, "").split(" ", -1)) {
                words.put(word, words.size());
            }
            vocabulary = words;
        }

        @Override
        public NDList processInput(TranslatorContext ctx, String text) {
            translated++;
            NDManager manager = ctx.getNDManager();
            int known = vocabulary == null ? -1 : vocabulary.getOrDefault(text, -1);
            return new NDList(manager.full(new Shape(32), known, DataType.FLOAT32));
        }

        @Override
        public float[] processOutput(TranslatorContext ctx, NDList list) {
            return list.head().toFloatArray();
        }
    }

    private long rowsOf(Model model, Translator<String, float[]> translator) throws Exception {
        try (CachedPredictor<String, float[]> cached =
                CachedPredictor.builder(model, translator)
                        .setDirectory(directory)
                        .setModuleId("loading")
                        .build()) {
            cached.batchPredict(List.of("a", "b"));
            return cached.stats().misses();
        }
    }

    @Test
    void predict_withAnotherVocabularyLoadedInPrepare_missesItsRows() throws Exception {
        String source = "djlcachex.test.vocabulary";
        try (Model model = Fixture.load("mlp")) {
            System.setProperty(source, "a b");
            Loading translator = new Loading(source);
            assertThat(rowsOf(model, translator)).isEqualTo(2);
            assertThat(rowsOf(model, translator)).as("counts of calls are no settings").isZero();
            assertThat(rowsOf(model, new Loading(source))).isZero();
            System.setProperty(source, "b a");
            assertThat(rowsOf(model, new Loading(source))).isEqualTo(2);
            assertThat(translator.prepared + translator.translated).isEqualTo(4);
        } finally {
            System.clearProperty(source);
        }
    }

    /** A translator that keeps what nobody can read. */
    private static final class Hiding extends Loading {
        private final CompletableFuture<float[]> weights;

        Hiding() {
            super("djlcachex.test.none");
            weights = CompletableFuture.completedFuture(new float[] {1});
        }

        @Override
        public float[] processOutput(TranslatorContext ctx, NDList list) {
            return weights.getNow(new float[0]);
        }
    }

    @Test
    void of_whatCannotBeRead_needsAVersion() {
        assertThatThrownBy(() -> of(new Hiding()))
                .isInstanceOf(UnsupportedTranslatorException.class)
                .hasMessageContaining("optVersion");
        String one = FINGERPRINTS.ofTranslator(new Hiding(), "1").text();
        assertThat(one).isEqualTo(FINGERPRINTS.ofTranslator(new Hiding(), "1").text());
        assertThat(one).isNotEqualTo(FINGERPRINTS.ofTranslator(new Hiding(), "2").text());
    }

    @Test
    void of_functionsOfUsers_seesTheirCodeAndNamesIt() {
        Fingerprinted first =
                FINGERPRINTS.ofTranslator(new Rows<>(l -> l.get(0).toFloatArray()), null);
        Fingerprinted second =
                FINGERPRINTS.ofTranslator(new Rows<>(l -> l.get(0).mul(2).toFloatArray()), null);
        assertThat(first.text()).isNotEqualTo(second.text());
        assertThat(first.userCode()).anyMatch(name -> name.contains("Rows"));
    }
}
