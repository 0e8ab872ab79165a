package io.github.djlcachex.djl;

import static io.github.djlcachex.djl.SampleOutputs.outputs;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDResource;
import ai.djl.translate.TranslateException;

import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

/** CachedOutputsScenario is a directory for predictors that cache what their translators return. */
abstract class CachedOutputsScenario {

    @TempDir Path directory;

    <O> CachedPredictorBuilder<String, O> builder(Model model, Rows<O> translator) {
        return CachedPredictor.builder(model, translator)
                .setDirectory(directory)
                .setModuleId("mlp");
    }

    static void close(List<Object> outputs) {
        outputs.stream()
                .filter(each -> each instanceof NDResource)
                .forEach(each -> ((NDResource) each).close());
    }

    static Model modelOf(String engine) {
        return switch (engine) {
            case "PyTorch" -> Fixture.load("mlp");
            case "TensorFlow" -> GraphModels.tensorflow();
            default -> GraphModels.onnx();
        };
    }

    static <I, O> List<O> predicted(Predictor<I, O> predictor, List<I> inputs) {
        try {
            return predictor.batchPredict(inputs);
        } catch (TranslateException e) {
            throw new AssertionError(e);
        }
    }
}
