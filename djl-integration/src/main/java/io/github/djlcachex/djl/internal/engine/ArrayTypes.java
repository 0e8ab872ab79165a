package io.github.djlcachex.djl.internal.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Locale;

/**
 * Finds the type of an array where DJL does not name it.
 *
 * <p>DJL reports such a type as UNKNOWN, as null, or by an exception. The engine knows it.
 */
public final class ArrayTypes {

    static final String UNNAMED = "a type that DJL does not name";

    private static final Logger logger = LoggerFactory.getLogger(ArrayTypes.class);
    private static final String ONNX_PREFIX = "ONNX_TENSOR_ELEMENT_DATA_TYPE_";

    private ArrayTypes() {}

    public static boolean isPyTorch(NDArray array) {
        return Engines.isOfPyTorch(array);
    }

    static boolean isTensorFlow(NDArray array) {
        return Engines.isOfTensorFlow(array);
    }

    public static boolean isOnnxRuntime(NDArray array) {
        return Engines.isOfOnnxRuntime(array);
    }

    /** Returns the type of an array, or null if DJL has no name for it. */
    public static @Nullable DataType of(NDArray array) {
        DataType named = named(array);
        return named == null && isTensorFlow(array)
                ? TensorFlowArrays.dataType(TensorFlowArrays.typeOf(array))
                : named;
    }

    /** Returns the type of an array, or UNKNOWN if DJL has no name for it. */
    public static DataType orUnknown(NDArray array) {
        DataType type = of(array);
        return type == null ? DataType.UNKNOWN : type;
    }

    /** Returns the type that DJL reports, or null if that is none. */
    private static @Nullable DataType named(NDArray array) {
        try {
            DataType type = array.getDataType();
            return type == DataType.UNKNOWN ? null : type;
        } catch (UnsupportedOperationException e) {
            return null; // DJL throws this for 16-bit integers of ONNX Runtime
        }
    }

    /** Returns the name that a user gave an array, or null. */
    public static @Nullable String givenNameOf(NDArray array) {
        String name = array.getName();
        return name == null || name.isBlank() ? null : name;
    }

    /** Returns the name of an output in messages. */
    public static String subject(NDArray output, int position) {
        String name = givenNameOf(output);
        return "output " + (name == null ? String.valueOf(position) : "'" + name + "'");
    }

    /** Returns DJL's name of an array's type, or the engine's if DJL has none. */
    public static String nameOf(NDArray array) {
        DataType type = of(array);
        if (type != null) {
            return type.name();
        }
        String name = engineNameOf(array);
        return UNNAMED.equals(name) ? name : "UNKNOWN to DJL, " + name + " to " + engineOf(array);
    }

    private static String engineOf(NDArray array) {
        return isOnnxRuntime(array)
                ? "ONNX Runtime"
                : isTensorFlow(array) ? Engines.TENSORFLOW : Engines.PYTORCH;
    }

    /** Returns the engine's name of an array's type in lower case. */
    private static String engineNameOf(NDArray array) {
        if (isTensorFlow(array)) {
            return TensorFlowArrays.nameOf(TensorFlowArrays.typeOf(array));
        }
        if (isPyTorch(array)) {
            return TorchTypes.nameOf(array);
        }
        return isOnnxRuntime(array) ? onnxNameOf(array) : UNNAMED;
    }

    private static String onnxNameOf(NDArray array) {
        try {
            Object info = Hidden.answer(Hidden.answer(array, "getTensor"), "getInfo");
            Object type = info == null ? null : Hidden.field(info.getClass(), "onnxType", info);
            String name = String.valueOf(type);
            return name.startsWith(ONNX_PREFIX)
                    ? name.substring(ONNX_PREFIX.length()).toLowerCase(Locale.ROOT)
                    : UNNAMED;
        } catch (ReflectiveOperationException e) {
            logger.debug("the type of an array of ONNX Runtime cannot be seen", e);
            return UNNAMED;
        }
    }

    /**
     * Tells whether an array's type is a number that DJL does not name, so that its engine can cast
     * it.
     */
    public static boolean isCast(NDArray array) {
        if (named(array) != null || !(isPyTorch(array) || isTensorFlow(array))) {
            return false;
        }
        String name = engineNameOf(array);
        // a cast of a complex number would lose half of it
        return name.startsWith("int")
                || name.startsWith("uint")
                || name.startsWith("float")
                || name.startsWith("bfloat");
    }
}
