package io.github.djlcachex.djl.internal.outputs;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The outputs of one batch: those from the cache, and empty places for the others.
 *
 * @param <O> the type of the outputs
 */
final class StoredOutputs<O> {

    /**
     * The size of the parts in which rows are copied, so that a large batch needs no large buffer.
     */
    private static final long PART_BYTES = 16L << 20;

    private final Keys keys;
    private final @Nullable RowSchema schema;
    private final List<@Nullable O> outputs;
    private final int[] missing;

    // the first missing position of each id, and the index in that list for each position
    private final int[] unique;
    private final Map<Integer, Integer> rowOfPosition = new HashMap<>();

    private StoredOutputs(
            Keys keys, @Nullable RowSchema schema, List<@Nullable O> outputs, int[] missing) {
        this.keys = keys;
        this.schema = schema;
        this.outputs = outputs;
        this.missing = missing;
        this.unique = unique();
    }

    /**
     * Looks outputs up.
     *
     * @param manager the predictor's
     * @param leaveFirst whether the first output is to be computed, in the cache or not
     * @throws io.github.djlcachex.row.CacheClosedException if the cache is closed
     */
    static <O> StoredOutputs<O> find(
            FeatureCache cache, Keys keys, NDManager manager, boolean leaveFirst) {
        List<@Nullable O> outputs = new ArrayList<>(Collections.nCopies(keys.size(), null));
        RowSchema schema = cache.schema().orElse(null);
        OutputKind kind = schema == null ? null : OutputKind.of(schema);
        int[] missing = IntStream.range(0, keys.size()).toArray();
        if (schema != null && kind != null) {
            Set<Integer> notFound = new HashSet<>(leaveFirst ? Set.of(0) : Set.of());
            for (RowPart part : RowPart.of(kind, schema, keys.size())) {
                part.read(cache, keys, manager, outputs, notFound);
            }
            missing = notFound.stream().mapToInt(Integer::intValue).sorted().toArray();
        }
        return new StoredOutputs<>(keys, schema, outputs, missing);
    }

    /**
     * A range of the rows of a batch.
     *
     * @param from the first position
     * @param to the position behind the last
     */
    private record RowPart(OutputKind kind, RowSchema schema, int from, int to) {

        static List<RowPart> of(OutputKind kind, RowSchema schema, int rows) {
            int most = (int) Math.max(1, PART_BYTES / Math.max(1, schema.rowBytes()));
            List<RowPart> parts = new ArrayList<>();
            for (int from = 0; from < rows; from += most) {
                parts.add(new RowPart(kind, schema, from, Math.min(rows, from + most)));
            }
            return parts;
        }

        @SuppressWarnings("unchecked") // the rows have the type of the translator's outputs
        <O> void read(
                FeatureCache cache,
                Keys keys,
                NDManager manager,
                List<@Nullable O> outputs,
                Set<Integer> notFound) {
            RowBatch rows = RowBatch.wrap(schema, to - from, buffers());
            int[] positions = IntStream.range(from, to).toArray();
            for (int row : cache.gather(keys.select(positions), rows).missing()) {
                notFound.add(from + row);
            }
            for (int position = from; position < to; position++) {
                if (!notFound.contains(position)) {
                    outputs.set(position, (O) kind.read(rows, position - from, manager));
                }
            }
        }

        private ByteBuffer[] buffers() {
            return schema.columns().stream()
                    .map(Column::rowBytes)
                    .map(bytes -> ByteBuffer.allocate(Math.multiplyExact(bytes, to - from)))
                    .map(buffer -> buffer.order(ByteOrder.LITTLE_ENDIAN))
                    .toArray(ByteBuffer[]::new);
        }
    }

    private int[] unique() {
        Map<Object, Integer> rowOfKey = new HashMap<>();
        int[] first = new int[missing.length];
        for (int position : missing) {
            int next = rowOfKey.size();
            Integer earlier = rowOfKey.putIfAbsent(keys.getObject(position), next);
            rowOfPosition.put(position, earlier == null ? next : earlier);
            if (earlier == null) {
                first[next] = position;
            }
        }
        return Arrays.copyOf(first, rowOfKey.size());
    }

    Keys keys() {
        return keys;
    }

    /** Returns the schema of the stored rows, or null if there are none. */
    @Nullable RowSchema schema() {
        return schema;
    }

    boolean hasHits() {
        return missing.length < keys.size();
    }

    /** Returns the positions without an output, ascending. */
    int[] missing() {
        return missing;
    }

    /** Returns the first position of each id that has no output. */
    int[] positionsToRun() {
        return unique;
    }

    /** Returns the index of a missing position's id among the positions to run. */
    int rowOf(int position) {
        return rowOfPosition.getOrDefault(position, -1);
    }

    void fill(int position, O output) {
        outputs.set(position, output);
    }

    /** Returns the outputs in the order of the inputs. */
    @SuppressWarnings("NullAway") // every place was filled
    List<O> outputs() {
        return outputs;
    }

    /** Closes the outputs that came from the cache. */
    void discard() {
        closeAll(outputs);
    }

    /** Closes the arrays among outputs that are not returned. */
    static void closeAll(List<?> outputs) {
        for (Object output : outputs) {
            if (output instanceof NDList list) {
                list.close();
            } else if (output instanceof NDArray array) {
                array.close();
            }
        }
    }
}
