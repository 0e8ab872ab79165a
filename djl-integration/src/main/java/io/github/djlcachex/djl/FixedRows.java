package io.github.djlcachex.djl;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.util.PairList;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Map;

/**
 * The number of rows that a graph was exported for, where it takes no other.
 *
 * <p>DJL tells it of TensorFlow. Of ONNX Runtime it gives the names of inputs alone; the session
 * below it, which is hidden, knows their shapes.
 */
final class FixedRows {

    /** Any number of rows. */
    static final int ANY = 0;

    private static final Logger logger = LoggerFactory.getLogger(FixedRows.class);

    private FixedRows() {}

    /** Returns the number of rows that a block takes, or {@link #ANY}. */
    static int of(Block block) {
        for (Block each : Blocks.withDescendants(block)) {
            int rows =
                    Blocks.isOnnxRuntime(each)
                            ? ofOnnx(each)
                            : Blocks.isTensorFlow(each) ? ofTensorFlow(each) : ANY;
            if (rows != ANY) {
                return rows;
            }
        }
        return ANY;
    }

    private static int ofTensorFlow(Block graph) {
        PairList<String, Shape> inputs = graph.describeInput();
        return inputs.isEmpty() ? ANY : rows(inputs.valueAt(0).getShape());
    }

    private static int ofOnnx(Block graph) {
        try {
            Object session = Hidden.field(graph.getClass(), "session", graph);
            Object inputs = session == null ? null : Hidden.answer(session, "getInputInfo");
            if (inputs instanceof Map<?, ?> infos && !infos.isEmpty()) {
                Object info = Hidden.answer(infos.values().iterator().next(), "getInfo");
                if (Hidden.answer(info, "getShape") instanceof long[] shape) {
                    return rows(shape);
                }
            }
        } catch (ReflectiveOperationException e) {
            logger.debug("the shapes that a graph takes cannot be seen", e);
        }
        return ANY;
    }

    private static int rows(long[] shape) {
        return shape.length > 0 && shape[0] > 0 ? Math.toIntExact(shape[0]) : ANY;
    }
}
