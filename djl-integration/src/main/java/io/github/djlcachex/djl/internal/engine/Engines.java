package io.github.djlcachex.djl.internal.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import java.nio.ByteBuffer;

/** Knows the differences between engines on which the cheapest safe way depends. */
public final class Engines {

    public static final String PYTORCH = "PyTorch";
    public static final String TENSORFLOW = "TensorFlow";
    public static final String ONNX_RUNTIME = "OnnxRuntime";

    private static final String PYTORCH_PACKAGE = "ai.djl.pytorch.";
    private static final String TENSORFLOW_PACKAGE = "ai.djl.tensorflow.";
    private static final String ONNX_RUNTIME_PACKAGE = "ai.djl.onnxruntime.";

    private Engines() {}

    /** Tells whether a block or an array is of a class of PyTorch's engine. */
    static boolean isOfPyTorch(Object blockOrArray) {
        return isOf(PYTORCH_PACKAGE, blockOrArray);
    }

    /** Tells whether a block or an array is of a class of TensorFlow's engine. */
    static boolean isOfTensorFlow(Object blockOrArray) {
        return isOf(TENSORFLOW_PACKAGE, blockOrArray);
    }

    /** Tells whether a block or an array is of a class of ONNX Runtime's engine. */
    static boolean isOfOnnxRuntime(Object blockOrArray) {
        return isOf(ONNX_RUNTIME_PACKAGE, blockOrArray);
    }

    private static boolean isOf(String enginePackage, Object blockOrArray) {
        return blockOrArray.getClass().getName().startsWith(enginePackage);
    }

    public static String nameOf(NDManager manager) {
        return manager.getEngine().getEngineName();
    }

    /** Tells whether a manager selects rows by an index array and returns slices as views. */
    public static boolean isPyTorch(NDManager manager) {
        return PYTORCH.equals(nameOf(manager));
    }

    /** Tells whether an array can be used with arrays of a manager without a copy. */
    public static boolean isAtHome(NDArray array, NDManager manager) {
        return nameOf(array.getManager()).equals(nameOf(manager));
    }

    /** Tells whether the buffer of a new array is the memory of the array itself. */
    static boolean sharesMemory(NDManager manager, Device device) {
        return isPyTorch(manager)
                && Device.cpu().equals(device)
                && Device.cpu().equals(manager.getDevice());
    }

    /** Tells whether an engine creates arrays of a type that can be cached. */
    public static boolean creates(String engine, DataType type) {
        if (TENSORFLOW.equals(engine) && TensorFlowArrays.isMadeHere(type)) {
            return TensorFlowArrays.canCreate();
        }
        // PyTorch would abort the JVM
        return ElementTypes.isSupported(type)
                || (type == DataType.BFLOAT16 && ONNX_RUNTIME.equals(engine));
    }

    /** Creates an array of the contents of a direct buffer. */
    static NDArray create(NDManager manager, ByteBuffer bytes, Shape shape, DataType type) {
        return TENSORFLOW.equals(nameOf(manager)) && TensorFlowArrays.isMadeHere(type)
                ? TensorFlowArrays.create(manager, bytes, shape, type)
                : manager.create(bytes, shape, type);
    }
}
