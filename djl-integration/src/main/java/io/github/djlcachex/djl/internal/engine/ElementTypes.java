package io.github.djlcachex.djl.internal.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

import io.github.djlcachex.djl.UnsupportedOutputException;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.util.EnumMap;
import java.util.Map;

/** Maps DJL's data types to the element types of the cache. */
public final class ElementTypes {

    public static final String SUPPORTED =
            "FLOAT32, FLOAT64, FLOAT16, INT8, INT32, INT64, UINT8 or BOOLEAN";

    private static final Map<DataType, ElementType> TO_ELEMENT = new EnumMap<>(DataType.class);
    private static final Map<ElementType, DataType> TO_DATA = new EnumMap<>(ElementType.class);

    static {
        add(DataType.FLOAT32, ElementType.FLOAT32);
        add(DataType.FLOAT64, ElementType.FLOAT64);
        add(DataType.FLOAT16, ElementType.FLOAT16);
        add(DataType.BFLOAT16, ElementType.BFLOAT16);
        add(DataType.INT8, ElementType.INT8);
        add(DataType.INT32, ElementType.INT32);
        add(DataType.INT64, ElementType.INT64);
        add(DataType.UINT8, ElementType.UINT8);
        add(DataType.BOOLEAN, ElementType.BOOLEAN);
    }

    private ElementTypes() {}

    /** Tells whether arrays of a type can be cached on every engine. */
    public static boolean isSupported(@Nullable DataType type) {
        return type != DataType.BFLOAT16 && TO_ELEMENT.containsKey(type);
    }

    private static void add(DataType dataType, ElementType elementType) {
        TO_ELEMENT.put(dataType, elementType);
        TO_DATA.put(elementType, dataType);
    }

    /**
     * Returns the element type of a data type.
     *
     * @throws UnsupportedOutputException if it has none
     */
    public static ElementType elementType(String subject, DataType type) {
        ElementType element = TO_ELEMENT.get(type);
        if (element == null) {
            throw unsupported(subject, type.name(), false);
        }
        return element;
    }

    /**
     * Returns the element type of an output.
     *
     * @throws UnsupportedOutputException if PyTorch would abort the JVM on creating such an array,
     *     or would fill it wrongly, or if it is a type that DJL does not name
     */
    public static ElementType elementTypeOf(String subject, NDArray output) {
        DataType type = ArrayTypes.of(output);
        ElementType element = type == null ? null : TO_ELEMENT.get(type);
        if (element == null) {
            throw unsupported(subject, ArrayTypes.nameOf(output), ArrayTypes.isCast(output));
        }
        return element;
    }

    private static UnsupportedOutputException unsupported(
            String subject, String type, boolean isCast) {
        return new UnsupportedOutputException(
                Problem.of(
                        subject,
                        SUPPORTED,
                        ArrayTypes.UNNAMED.equals(type) ? type : "data type " + type,
                        isCast
                                ? "cast the output inside the extractor, or set"
                                        + " optCastUnknownTo(DataType.FLOAT32)"
                                : "cast the output to one of these inside the extractor"));
    }

    /**
     * Returns the data type of a stored column.
     *
     * @throws UnsupportedOutputException if no engine can create such an array from bytes
     */
    public static DataType dataType(String subject, ElementType type) {
        DataType data = TO_DATA.get(type);
        if (data == null) {
            throw new UnsupportedOutputException(
                    Problem.of(
                            subject,
                            SUPPORTED,
                            "stored rows of type " + type,
                            "read them through FeatureCache, or cache under another module id"));
        }
        return data;
    }
}
