package io.github.djlcachex.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import io.github.djlcachex.djl.internal.engine.ArrayBuilder;
import io.github.djlcachex.djl.internal.engine.ArrayTypes;
import io.github.djlcachex.djl.internal.engine.ElementTypes;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * KeptLabels holds the labels of the rows that were loaded, outside of any manager.
 *
 * <p>They are kept for this run alone: on disk they would go on being served after somebody had
 * corrected a label.
 */
final class KeptLabels {

    private final Map<Long, List<Label>> labels = new ConcurrentHashMap<>();

    /**
     * One label array.
     *
     * @param bytes its bytes, which nobody changes
     */
    private record Label(@Nullable String name, DataType type, Shape shape, ByteBuffer bytes) {

        static Label of(NDArray array, int position) {
            DataType type = ArrayTypes.orUnknown(array);
            if (!ElementTypes.isSupported(type)) {
                throw new UnsupportedDatasetException(
                        Problem.of(
                                "label " + position + " of a row",
                                ElementTypes.SUPPORTED,
                                "data type " + type.name(),
                                "give the labels by a function to loadingMissesOnly"));
            }
            byte[] bytes =
                    new byte[Math.toIntExact(array.getShape().size() * type.getNumOfBytes())];
            array.toByteBuffer().get(bytes);
            return new Label(array.getName(), type, array.getShape(), ByteBuffer.wrap(bytes));
        }

        NDArray create(NDManager manager) {
            ArrayBuilder array =
                    ArrayBuilder.create("label", manager, manager.getDevice(), shape, type);
            array.buffer().put(0, bytes, 0, bytes.capacity());
            return array.finish(name);
        }
    }

    /** Returns the labels of a row, or null if it was not loaded yet. */
    @Nullable NDList get(NDManager manager, long index) {
        List<Label> kept = labels.get(index);
        if (kept == null) {
            return null;
        }
        NDList row = new NDList(kept.size());
        kept.forEach(label -> row.add(label.create(manager)));
        return row;
    }

    /**
     * Keeps the labels of a row.
     *
     * @throws UnsupportedDatasetException if they are of a type that cannot be kept
     */
    void put(long index, NDList row) {
        if (!labels.containsKey(index)) {
            List<Label> kept = new ArrayList<>(row.size());
            for (int i = 0; i < row.size(); i++) {
                kept.add(Label.of(row.get(i), i));
            }
            labels.put(index, kept);
        }
    }
}
