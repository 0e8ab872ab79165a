package io.github.djlcachex.examples;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.translator.TextEmbeddingTranslator;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.translate.Translator;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * MiniLm is the sentence embedding model all-MiniLM-L6-v2 for ONNX Runtime, with its tokenizer.
 *
 * <p>Both come from a jar of Maven Central. A text is cut or padded to {@link #TOKENS} tokens; the
 * model returns 384 numbers for each of them.
 */
final class MiniLm implements AutoCloseable {

    static final int TOKENS = 32;
    static final int FEATURES = 384;

    private static final String MODEL = "all-minilm-l6-v2.onnx";
    private static final String TOKENIZER = "all-minilm-l6-v2-tokenizer.json";

    private final Model model;
    private final HuggingFaceTokenizer tokenizer;

    private MiniLm(Model model, HuggingFaceTokenizer tokenizer) {
        this.model = model;
        this.tokenizer = tokenizer;
    }

    /** Loads the model; its file is copied to the directory, unless it is there. */
    static MiniLm load(Path directory) throws IOException, MalformedModelException {
        Files.createDirectories(directory);
        Path file = directory.resolve(MODEL);
        if (Files.notExists(file)) {
            try (InputStream in = resource(MODEL)) {
                Files.copy(in, file);
            }
        }
        Model model = Model.newInstance("all-minilm-l6-v2", "OnnxRuntime");
        model.load(directory);
        Map<String, String> options =
                Map.of("padding", "max_length", "maxLength", String.valueOf(TOKENS));
        try (InputStream in = resource(TOKENIZER)) {
            return new MiniLm(model, HuggingFaceTokenizer.newInstance(in, options));
        }
    }

    private static InputStream resource(String name) {
        return Objects.requireNonNull(MiniLm.class.getResourceAsStream("/" + name), name);
    }

    Model model() {
        return model;
    }

    /** Returns a translator of a text to the mean of its tokens' features. */
    Translator<String, float[]> translator() {
        return TextEmbeddingTranslator.builder(tokenizer)
                .optIncludeTokenTypes(true)
                .optPoolingMode("mean")
                .build();
    }

    /** Returns tokens, mask and token types of texts, each {@code [N, TOKENS]}, INT64. */
    NDList tokens(NDManager manager, List<String> texts) {
        return Encoding.toNDList(tokenizer.batchEncode(texts), manager, true, false);
    }

    @Override
    public void close() {
        tokenizer.close();
        model.close();
    }
}
