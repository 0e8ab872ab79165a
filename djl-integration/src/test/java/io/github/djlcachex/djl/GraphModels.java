package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Random;

/** The models of the test resources for engines that run graphs: ONNX Runtime and TensorFlow. */
public final class GraphModels {

    static final Path ONNX = Path.of("src/test/resources/onnx");
    static final Path TENSORFLOW = Path.of("src/test/resources/tensorflow");

    /** The features of one input row of {@code mlp}. */
    public static final int INPUTS = 32;

    private GraphModels() {}

    /** Loads {@code x [N,32]} to {@code features [N,16], argmax [N]}. */
    static Model onnx() {
        return load(ONNX, "OnnxRuntime");
    }

    /** Loads the same signature; skips the test where TensorFlow has no natives. */
    static Model tensorflow() {
        requireTensorFlow();
        return load(TENSORFLOW.resolve("mlp"), "TensorFlow");
    }

    /** Tells whether there are natives of TensorFlow for this platform. */
    public static boolean hasTensorFlow() {
        return System.getenv("TENSORFLOW_LIBRARY_PATH") != null;
    }

    /** Skips the test where TensorFlow has no natives. */
    public static void requireTensorFlow() {
        if (!hasTensorFlow()) {
            String message =
                    "SKIPPED: no natives of TensorFlow for "
                            + System.getProperty("os.name")
                            + " on "
                            + System.getProperty("os.arch");
            System.err.println(message);
            abort(message);
        }
    }

    /** Loads the same network, which takes 1 or 8 rows alone. */
    static Model onnxOfBatch(int rows) {
        Model model = Model.newInstance("mlp_batch" + rows, "OnnxRuntime");
        try {
            model.load(Path.of("src/test/resources/onnx_fixed"));
        } catch (IOException | MalformedModelException e) {
            throw new AssertionError(e);
        }
        return model;
    }

    /** Loads a text encoder: {@code input_ids, attention_mask [N,T]} to {@code tokens [N,T,8]}. */
    static Model tokens() {
        Model model = Model.newInstance("tokens", "OnnxRuntime");
        try {
            model.load(Path.of("src/test/resources/onnx_tokens"));
        } catch (IOException | MalformedModelException e) {
            throw new AssertionError(e);
        }
        return model;
    }

    /** Loads a model of several inputs, of PyTorch too. */
    static Model several(String engine, String name) {
        if (engine.equals("TensorFlow")) {
            requireTensorFlow();
        }
        Model model = Model.newInstance(name, engine);
        try {
            model.load(Path.of("src/test/resources/several"));
        } catch (IOException | MalformedModelException e) {
            throw new AssertionError(e);
        }
        return model;
    }

    static Model of(String engine) {
        return engine.equals("TensorFlow") ? tensorflow() : onnx();
    }

    private static Model load(Path directory, String engine) {
        Model model = Model.newInstance("mlp", engine);
        try {
            model.load(directory);
        } catch (IOException | MalformedModelException e) {
            throw new AssertionError(e);
        }
        assertThat(model.getNDManager().getEngine().getEngineName()).isEqualTo(engine);
        return model;
    }

    /** Returns rows of inputs that the seed tells. */
    static NDList inputs(NDManager manager, int rows, long seed) {
        return new NDList(
                manager.create(
                        FloatBuffer.wrap(values(rows, seed)),
                        new Shape(rows, INPUTS),
                        ai.djl.ndarray.types.DataType.FLOAT32));
    }

    private static float[] values(int rows, long seed) {
        Random random = new Random(seed);
        float[] values = new float[rows * INPUTS];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
