package io.github.djlcachex.djl;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;

import io.github.djlcachex.row.InvalidRowsException;
import io.github.djlcachex.row.RowBatch;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A check whether an extractor's output row depends on its input row alone, bit for bit.
 *
 * <p>Cached rows were computed in another batch than the one that they are returned in. If a row
 * changes with the size of its batch, training with the cache differs in the last bit from training
 * without; if it changes with the other rows, the cached rows are wrong. The check runs the block
 * in evaluation mode on parts of a batch, of every size up to {@value #MAX_SIZE}, and compares the
 * bytes of each row with those from the whole batch.
 */
public final class RowStability {

    /** The largest part of the batch that is tested, in rows. */
    public static final int MAX_SIZE = 40;

    /** Engines that optimize a graph as it runs settle within this many runs. */
    private static final int WARM_UP_RUNS = 3;

    private final FrozenBlock block;
    private final NDList inputs;
    private final RowSelector selector = new RowSelector(Set.of());
    private final ParameterStore parameterStore;
    private final int rows;

    private RowStability(Block block, NDList inputs) {
        this.block = new FrozenBlock(block);
        this.inputs = inputs;
        this.parameterStore = new ParameterStore(inputs.head().getManager(), false);
        if (inputs.head().getShape().dimension() == 0) {
            throw new InvalidRowsException(
                    "input 0", "rows", "a scalar", "pass a batch of the extractor's inputs");
        }
        this.rows = Math.toIntExact(inputs.head().getShape().get(0));
    }

    /**
     * What was found.
     *
     * @param deterministic whether the same batch gave the same rows twice
     * @param rows the rows of the whole batch
     * @param sizes the sizes that were tested
     * @param unstableSizes the sizes at which a row differed from its copy in the whole batch
     * @param mixingSizes the sizes at which a row differed between two batches of that size, with
     *     its position or with the other rows
     */
    public record Report(
            boolean deterministic,
            int rows,
            List<Integer> sizes,
            List<Integer> unstableSizes,
            List<Integer> mixingSizes) {

        /**
         * Tells whether no row ever differed.
         *
         * @return true if the extractor is stable at every size that was tested
         */
        public boolean stable() {
            return deterministic && unstableSizes.isEmpty() && mixingSizes.isEmpty();
        }

        /**
         * Returns the least batch size from which on rows are stable, a value for {@link
         * CacheBlockDecoratorBuilder#optMinMissRows}.
         *
         * @return the size, or empty if there is none among the tested
         */
        public OptionalInt minMissRows() {
            int lastBad =
                    IntStream.concat(
                                    unstableSizes.stream().mapToInt(Integer::intValue),
                                    mixingSizes.stream().mapToInt(Integer::intValue))
                            .max()
                            .orElse(0);
            return deterministic
                    ? sizes.stream().mapToInt(Integer::intValue).filter(s -> s > lastBad).min()
                    : OptionalInt.empty();
        }

        @Override
        public String toString() {
            if (stable()) {
                return "Rows are stable in batches of " + sizes + " and " + rows + " rows.";
            }
            if (!deterministic) {
                return "The same batch gave different rows: the extractor keeps state or draws"
                        + " random numbers, and must not be cached.";
            }
            String found =
                    "Rows differ from those of a batch of "
                            + rows
                            + " at the sizes "
                            + unstableSizes
                            + ", and with their position or the other rows at "
                            + mixingSizes
                            + ". ";
            return minMissRows().isPresent()
                    ? found + "Use optMinMissRows(" + minMissRows().getAsInt() + ") or more."
                    : found + "The extractor mixes the rows of a batch, and must not be cached.";
        }
    }

    /**
     * Checks an extractor on a batch.
     *
     * @param block the block, not decorated; it is run in evaluation mode some hundred times
     * @param batch inputs of N rows each, best over {@value #MAX_SIZE}; ids are left out
     * @return what was found
     * @throws UnsupportedOutputException if the outputs are not rows that can be cached
     */
    public static Report check(Block block, NDList batch) {
        return new RowStability(block, BatchIds.split(batch, -1).inputs()).check();
    }

    private Report check() {
        for (int i = 0; i < WARM_UP_RUNS; i++) {
            run(window(0, rows));
        }
        byte[][] whole = run(window(0, rows));
        boolean deterministic = Arrays.deepEquals(whole, run(window(0, rows)));
        List<Integer> sizes = IntStream.rangeClosed(1, Math.min(rows, MAX_SIZE)).boxed().toList();
        List<Integer> unstable = new ArrayList<>();
        List<Integer> mixing = new ArrayList<>();
        for (int size : sizes) {
            byte[][] first = run(window(0, size));
            // half of the rows again, at other positions and beside others
            int shift = size / 2;
            byte[][] second = run(window(shift, size));
            if (differs(first, 0, whole) || differs(second, shift, whole)) {
                unstable.add(size);
            }
            if (!Arrays.deepEquals(
                    Arrays.copyOfRange(first, shift, size),
                    Arrays.copyOfRange(second, 0, size - shift))) {
                mixing.add(size);
            }
        }
        return new Report(deterministic, rows, sizes, List.copyOf(unstable), List.copyOf(mixing));
    }

    private int[] window(int from, int size) {
        return IntStream.range(from, from + size).map(i -> i % rows).toArray();
    }

    private boolean differs(byte[][] part, int from, byte[][] whole) {
        for (int i = 0; i < part.length; i++) {
            if (!Arrays.equals(part[i], whole[(from + i) % rows])) {
                return true;
            }
        }
        return false;
    }

    private byte[][] run(int[] positions) {
        try (NDManager scratch = inputs.head().getManager().newSubManager()) {
            NDList selected = selector.rows(scratch, inputs, positions);
            synchronized (block.lock()) {
                NDList raw = block.forward(parameterStore, selected, null);
                byte[][] bytes = bytesOf(ComputedRows.of(raw, positions.length, null).rows());
                FrozenBlock.close(raw, selected);
                return bytes;
            }
        }
    }

    private static byte[][] bytesOf(RowBatch batch) {
        int rowBytes = Math.toIntExact(batch.schema().rowBytes());
        byte[][] rows = new byte[batch.rows()][rowBytes];
        for (int i = 0; i < rows.length; i++) {
            ByteBuffer row = ByteBuffer.wrap(rows[i]);
            for (int c = 0; c < batch.schema().columns().size(); c++) {
                int bytes = batch.schema().columns().get(c).rowBytes();
                batch.buffer(c).get(i * bytes, rows[i], row.position(), bytes);
                row.position(row.position() + bytes);
            }
        }
        return rows;
    }
}
