package io.github.djlcachex.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;

import io.github.djlcachex.djl.BatchInvariance.PaddingEffect;
import io.github.djlcachex.djl.BatchInvariance.Report;
import io.github.djlcachex.row.InvalidRowsException;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.RowBatch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Runs one check of {@link BatchInvariance} and evaluates the outputs. */
final class BatchInvarianceRuns {

    /** Engines that optimize a graph while it runs settle within this many runs. */
    private static final int WARM_UP_RUNS = 3;

    private final FrozenBlock block;
    private final NDList inputs;
    private final BlockRunner runner;
    private final Map<Integer, Padding> paddings;
    private final int rows;

    BatchInvarianceRuns(
            FrozenBlock block,
            NDList inputs,
            RowSelector selector,
            Map<Integer, Padding> paddings) {
        this.block = block;
        this.inputs = inputs;
        this.runner = new BlockRunner(block, selector, null, OutputStep.NONE);
        this.paddings = paddings;
        this.rows = rowsOf(inputs, selector);
    }

    private static int rowsOf(NDList inputs, RowSelector selector) {
        int rows = selector.rowsOf(inputs);
        if (rows >= 0) {
            return rows;
        }
        throw new InvalidRowsException(
                Problem.of(
                        "inputs",
                        "rows",
                        "scalars or shared inputs alone",
                        "pass a batch of inputs"));
    }

    Report check() {
        block.check(inputs, false, true);
        for (int i = 0; i < WARM_UP_RUNS; i++) {
            run(inputs, window(0, rows));
        }
        RowBatch whole = run(inputs, window(0, rows));
        boolean deterministic = sameRows(whole, 0, run(inputs, window(0, rows)), 0, rows);
        int largest = Math.min(rows, BatchInvariance.MAX_SIZE);
        List<Integer> sizes = IntStream.rangeClosed(1, largest).boxed().toList();
        List<Integer> variant = new ArrayList<>();
        List<Integer> mixing = new ArrayList<>();
        for (int size : sizes) {
            RowBatch first = run(inputs, window(0, size));
            // half of the rows again, at other positions and with other neighbours
            int shift = size / 2;
            RowBatch second = run(inputs, window(shift, size));
            if (!sameRows(first, 0, whole, 0, size) || !sameRows(second, 0, whole, shift, size)) {
                variant.add(size);
            }
            if (!sameRows(first, shift, second, 0, size - shift)) {
                mixing.add(size);
            }
        }
        return new Report(
                deterministic,
                rows,
                sizes,
                List.copyOf(variant),
                List.copyOf(mixing),
                paddingEffect(whole));
    }

    private PaddingEffect paddingEffect(RowBatch whole) {
        if (paddings.isEmpty()) {
            return PaddingEffect.NOT_TESTED;
        }
        PaddingEffect effect = PaddingEffect.NONE;
        for (boolean twice : new boolean[] {false, true}) {
            PaddingEffect found = paddingEffect(whole, twice);
            effect = found.compareTo(effect) > 0 ? found : effect;
        }
        return effect;
    }

    private PaddingEffect paddingEffect(RowBatch whole, boolean twice) {
        try (NDManager scratch = inputs.head().getManager().newSubManager()) {
            NDList padded = new NDList(inputs);
            paddings.forEach(
                    (position, padding) -> {
                        NDArray input = inputs.get(position);
                        int more = twice ? padding.length(input) : 1;
                        padded.set(position, padding.pad(scratch, input, more));
                    });
            RowBatch longer = run(padded, window(0, rows));
            if (!longer.schema().equals(whole.schema())) {
                return PaddingEffect.SHAPE;
            }
            if (sameRows(whole, 0, longer, 0, rows)) {
                return PaddingEffect.NONE;
            }
            boolean close =
                    IntStream.range(0, rows)
                            .allMatch(i -> RowDistance.between(whole, i, longer, i).agrees());
            return close ? PaddingEffect.LAST_BITS : PaddingEffect.ROWS;
        }
    }

    private int[] window(int from, int size) {
        return IntStream.range(from, from + size).map(i -> i % rows).toArray();
    }

    /** Tells whether rows are equal, bit for bit. After the last row the first one follows. */
    private static boolean sameRows(RowBatch left, int from, RowBatch right, int start, int count) {
        if (!left.schema().equals(right.schema())) {
            return false;
        }
        for (int c = 0; c < left.schema().columns().size(); c++) {
            int bytes = left.schema().columns().get(c).rowBytes();
            for (int i = 0; i < count; i++) {
                int one = (from + i) % left.rows();
                int other = (start + i) % right.rows();
                if (!left.buffer(c)
                        .slice(one * bytes, bytes)
                        .equals(right.buffer(c).slice(other * bytes, bytes))) {
                    return false;
                }
            }
        }
        return true;
    }

    private RowBatch run(NDList batch, int[] positions) {
        NDManager manager = batch.head().getManager();
        BlockCall call =
                new BlockCall(
                        new ParameterStore(manager, false),
                        batch,
                        positions.length,
                        1,
                        true,
                        false,
                        null,
                        Place.of(batch),
                        OwnLengths.NONE);
        return runner.run(call, positions, raw -> copyOf(ComputedRows.of(raw, positions.length)));
    }

    private static RowBatch copyOf(ComputedRows computed) {
        RowBatch rows = computed.rows();
        RowBatch copy = RowBatch.allocate(rows.schema(), rows.rows());
        for (int i = 0; i < rows.rows(); i++) {
            copy.copyRow(rows, i, i);
        }
        return copy;
    }
}
