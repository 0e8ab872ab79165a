package io.github.djlcachex.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;

import io.github.djlcachex.row.Keys;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;

/** Running over datasets in tests. */
public final class Epoch {

    private Epoch() {}

    /** Returns the bits of each row's first input by its id, which no other row may have. */
    public static Map<Object, String> rowsById(
            NDManager manager, Dataset dataset, @Nullable ExecutorService executor)
            throws Exception {
        Map<Object, String> rows = new TreeMap<>();
        Iterable<Batch> batches =
                executor == null ? dataset.getData(manager) : dataset.getData(manager, executor);
        for (Batch batch : batches) {
            BatchIds ids = BatchIds.split(batch.getData(), -1);
            Keys keys = Objects.requireNonNull(ids.keys());
            for (int i = 0; i < keys.size(); i++) {
                NDArray row = ids.inputs().head().get(i);
                String before = rows.put(keys.getObject(i), Bits.hex(row));
                if (before != null) {
                    throw new AssertionError("two rows have the id " + keys.getObject(i));
                }
            }
            batch.close();
        }
        return rows;
    }

    /** Runs all batches through a block and returns how many rows were not what it computes. */
    public static int wrongRows(CacheBlockDecorator decorator, NDManager manager, Dataset dataset)
            throws Exception {
        int wrong = 0;
        for (Batch batch : dataset.getData(manager)) {
            NDArray input = batch.getData().head();
            NDArray output = Decorated.run(decorator, manager, batch.getData()).head();
            NDArray right = input.mul(2).add(1);
            for (int i = 0; i < batch.getSize(); i++) {
                wrong += Bits.hex(output.get(i)).equals(Bits.hex(right.get(i))) ? 0 : 1;
            }
            batch.close();
        }
        return wrong;
    }

    /** As {@link #wrongRows}, and returns what was logged meanwhile. */
    public static String logOf(CacheBlockDecorator decorator, NDManager manager, Dataset dataset) {
        return Decorated.logOf(
                () -> {
                    try {
                        wrongRows(decorator, manager, dataset);
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                });
    }
}
