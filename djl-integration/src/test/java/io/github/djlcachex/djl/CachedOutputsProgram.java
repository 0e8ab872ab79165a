package io.github.djlcachex.djl;

import ai.djl.Model;
import ai.djl.translate.TranslateException;

import java.nio.file.Path;
import java.util.List;

/** A program that prints what predictors with a cache return, and how often their model ran. */
final class CachedOutputsProgram {

    static final List<String> KINDS = List.of("float[]", "float[][]", "Long", "NDArray", "NDList");

    private CachedOutputsProgram() {}

    public static void main(String[] arguments) throws TranslateException {
        for (String kind : KINDS) {
            predict(Path.of(arguments[0]), kind);
        }
    }

    private static void predict(Path directory, String kind) throws TranslateException {
        Rows<Object> translator = new Rows<>(SampleOutputs.output(kind));
        try (Model model = GraphModels.onnx();
                CachedPredictor<String, Object> cached =
                        CachedPredictor.builder(model, translator)
                                .setDirectory(directory)
                                .setModuleId(kind)
                                .build()) {
            for (Object output : cached.batchPredict(Rows.texts(0, 6))) {
                System.out.println("> output " + kind + " " + SampleOutputs.bits(output));
            }
            System.out.println(
                    "> runs " + translator.batches().size() + " hits " + cached.stats().hits());
        }
    }

    static List<String> outputs(String printed) {
        return printed.lines().filter(line -> line.startsWith("> output")).toList();
    }
}
