package io.github.djlcachex.djl;

import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;

import io.github.djlcachex.djl.internal.engine.BlockParameters;
import io.github.djlcachex.djl.internal.engine.Hidden;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An input as a graph of ONNX Runtime or TensorFlow declares it.
 *
 * <p>DJL shows only its name, and for TensorFlow its shape. The hidden session or signature knows
 * the rest.
 *
 * @param name its name
 * @param rows the size of its first dimension, {@link #ANY} if it may differ, or {@link #NO_ROWS}
 *     if it has none
 * @param type its type, or null if nothing tells it
 */
record GraphInput(String name, long rows, @Nullable DataType type) {

    static final long ANY = -1;
    static final long NO_ROWS = -2;

    private static final Logger logger = LoggerFactory.getLogger(GraphInput.class);

    /** Returns the declared inputs of a graph in its order, or none if they are unknown. */
    static List<GraphInput> of(Block graph) {
        try {
            return BlockParameters.isOnnxRuntime(graph)
                    ? ofOnnx(graph)
                    : BlockParameters.isTensorFlow(graph) ? ofTensorFlow(graph) : List.of();
        } catch (ReflectiveOperationException | RuntimeException e) {
            logger.debug("the inputs that a graph takes cannot be seen", e);
            return List.of();
        }
    }

    private static List<GraphInput> ofOnnx(Block graph) throws ReflectiveOperationException {
        List<GraphInput> inputs = new ArrayList<>();
        Object session = Hidden.field(graph.getClass(), "session", graph);
        if (Hidden.answer(session, "getInputInfo") instanceof Map<?, ?> infos) {
            for (Map.Entry<?, ?> each : infos.entrySet()) {
                Object info = Hidden.answer(each.getValue(), "getInfo");
                String name = String.valueOf(each.getKey());
                if (info != null && Hidden.answer(info, "getShape") instanceof long[] shape) {
                    Object type = Hidden.field(info.getClass(), "type", info);
                    inputs.add(new GraphInput(name, rows(shape), typeOf(String.valueOf(type))));
                } else {
                    inputs.add(new GraphInput(name, NO_ROWS, null)); // not a tensor
                }
            }
        }
        return inputs;
    }

    private static List<GraphInput> ofTensorFlow(Block graph) throws ReflectiveOperationException {
        List<GraphInput> inputs = new ArrayList<>();
        Object signature = Hidden.field(graph.getClass(), "servingDefault", graph);
        Map<?, ?> infos =
                Hidden.answer(signature, "getInputsMap") instanceof Map<?, ?> map ? map : Map.of();
        for (var input : graph.describeInput()) {
            Object info = infos.get(input.getKey());
            Object type = info == null ? null : Hidden.answer(info, "getDtype");
            long rows = rows(input.getValue().getShape());
            inputs.add(new GraphInput(input.getKey(), rows, typeOf(String.valueOf(type))));
        }
        return inputs;
    }

    private static long rows(long[] shape) {
        return shape.length == 0 ? NO_ROWS : Math.max(ANY, shape[0]);
    }

    /** Returns the data type of a type name of ONNX Runtime or TensorFlow. */
    private static @Nullable DataType typeOf(String name) {
        return switch (name) {
            case "FLOAT", "DT_FLOAT" -> DataType.FLOAT32;
            case "DOUBLE", "DT_DOUBLE" -> DataType.FLOAT64;
            case "FLOAT16", "DT_HALF" -> DataType.FLOAT16;
            case "INT8", "DT_INT8" -> DataType.INT8;
            case "UINT8", "DT_UINT8" -> DataType.UINT8;
            case "INT32", "DT_INT32" -> DataType.INT32;
            case "INT64", "DT_INT64" -> DataType.INT64;
            case "BOOL", "DT_BOOL" -> DataType.BOOLEAN;
            case "STRING", "DT_STRING" -> DataType.STRING;
            default -> null;
        };
    }
}
