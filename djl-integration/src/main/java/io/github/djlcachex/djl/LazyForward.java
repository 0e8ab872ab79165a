package io.github.djlcachex.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import io.github.djlcachex.row.Keys;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

/**
 * LazyForward runs a batch of which missing rows alone have inputs.
 *
 * <p>Rows that were found are copied. The others, and those that the audit wants to see, go the way
 * of a batch with all its inputs; rows without inputs are loaded for that. So the wrapped block
 * never runs on a placeholder.
 */
final class LazyForward {

    private final LazyBatch batch;
    private final int[] positions;
    private final Place place;
    private final OutputPadding padding;
    private final Function<NDList, NDList> forward;

    /**
     * Creates the run of one batch.
     *
     * @param part the rows
     * @param place where the outputs are made
     * @param padding what pads rows that differ in length
     * @param forward runs inputs with ids
     */
    LazyForward(
            LazyBatch.Part part,
            Place place,
            OutputPadding padding,
            Function<NDList, NDList> forward) {
        this.batch = part.batch();
        this.positions = part.positions();
        this.place = place;
        this.padding = padding;
        this.forward = forward;
    }

    /** Returns the rows of all positions, after all inputs that are not there were loaded. */
    NDList all() {
        return run(place.manager(), positions);
    }

    /**
     * Returns the rows, those that were found from memory.
     *
     * @param found the rows that were found
     * @param audited how many of them are run all the same
     * @return the rows, or null if the others have another shape
     */
    @Nullable NDList beside(FoundRows found, int audited) {
        BatchOutputs outputs =
                BatchOutputs.create(
                        place,
                        found.rows().schema(),
                        positions.length,
                        OwnLengths.withoutInputs(padding));
        BitSet run = toRun(found, audited);
        for (int i = run.nextClearBit(0); i < positions.length; i = run.nextClearBit(i + 1)) {
            outputs.put(i, found.rows(), positions[i]);
        }
        boolean fits = true;
        // rows with inputs and rows without are run apart, as their inputs come apart
        for (boolean missing : new boolean[] {true, false}) {
            int[] some =
                    run.stream()
                            .filter(i -> found.missing().get(positions[i]) == missing)
                            .toArray();
            fits = fits && (some.length == 0 || copyRun(some, outputs));
        }
        if (!fits) {
            outputs.discard();
            return null;
        }
        return outputs.toList();
    }

    private BitSet toRun(FoundRows found, int audited) {
        BitSet run = new BitSet();
        int from = ThreadLocalRandom.current().nextInt(positions.length);
        int left = audited;
        for (int offset = 0; offset < positions.length; offset++) {
            int i = (from + offset) % positions.length;
            boolean missing = found.missing().get(positions[i]);
            if (missing || left > 0) {
                run.set(i);
                left -= missing ? 0 : 1;
            }
        }
        return run;
    }

    private boolean copyRun(int[] some, BatchOutputs outputs) {
        int[] inBatch = Arrays.stream(some).map(i -> positions[i]).toArray();
        try (NDManager scratch = place.manager().newSubManager()) {
            NDList raw = run(scratch, inBatch);
            boolean fits =
                    raw instanceof VaryingOutputs.Padded padded
                            ? copy(padded, some, outputs)
                            : copy(raw, some, outputs);
            raw.close();
            return fits;
        }
    }

    private static boolean copy(VaryingOutputs.Padded padded, int[] some, BatchOutputs outputs) {
        boolean fits = padded.schema().equals(outputs.schema());
        for (int i = 0; i < some.length && fits; i++) {
            padded.copyTo(outputs, i, some[i]);
        }
        return fits;
    }

    private static boolean copy(NDList raw, int[] some, BatchOutputs outputs) {
        ComputedRows rows = ComputedRows.like(outputs.schema(), raw, some.length);
        for (int i = 0; i < some.length && rows != null; i++) {
            outputs.put(some[i], rows.rows(), i);
        }
        return rows != null;
    }

    private NDList run(NDManager owner, int[] inBatch) {
        Keys keys = batch.keys().select(inBatch);
        NDList inputs = batch.loader().load(owner, inBatch);
        NDArray first = inputs.head();
        NDList here = inputs;
        if (!RowSelector.isText(first) && !first.getDevice().equals(place.device())) {
            here = inputs.toDevice(place.device(), false);
        }
        return forward.apply(CacheIds.attach(here, keys));
    }
}
