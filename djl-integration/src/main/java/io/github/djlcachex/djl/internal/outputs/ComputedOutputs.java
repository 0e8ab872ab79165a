package io.github.djlcachex.djl.internal.outputs;

import ai.djl.ndarray.NDManager;
import ai.djl.translate.TranslateException;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.djl.internal.engine.Engines;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * The outputs of one run of the plain predictor, with their rows.
 *
 * @param outputs an output for each input that ran
 * @param rows the row of each output, or null where it is none
 */
record ComputedOutputs<O>(List<O> outputs, List<@Nullable OutputRow> rows) {

    /**
     * Runs inputs.
     *
     * @param manager the predictor's
     */
    static <I, O> ComputedOutputs<O> of(
            PlainPredictor<I, O> plain, List<I> inputs, NDManager manager)
            throws TranslateException {
        List<@Nullable OutputRow> rows = new ArrayList<>(inputs.size());
        List<O> outputs = plain.run(inputs, output -> rows.add(rowOf(output, manager)));
        if (rows.size() != outputs.size()) {
            rows.clear(); // rows cannot be matched to outputs
            outputs.forEach(output -> rows.add(null));
        }
        return new ComputedOutputs<>(owned(outputs, rows, manager), rows);
    }

    private static @Nullable OutputRow rowOf(@Nullable Object output, NDManager manager) {
        return output != null && OutputKind.isSupported(output)
                ? OutputKind.rowOf(output, manager)
                : null;
    }

    /**
     * Returns outputs that do not depend on memory of the batch.
     *
     * <p>Arrays of ONNX Runtime that another engine cut into rows do depend on it: DJL may change
     * them after the batch is closed.
     */
    @SuppressWarnings("unchecked") // the row was made of the output
    private static <O> List<O> owned(
            List<O> outputs, List<@Nullable OutputRow> rows, NDManager manager) {
        if (Engines.isPyTorch(manager)) {
            return outputs;
        }
        List<O> owned = new ArrayList<>(outputs.size());
        for (int i = 0; i < outputs.size(); i++) {
            OutputRow row = rows.get(i);
            boolean copied = row != null && row.kind() instanceof ArraysKind;
            owned.add(copied ? (O) row.read(manager) : outputs.get(i));
            if (copied) {
                StoredOutputs.closeAll(List.of(outputs.get(i)));
            }
        }
        return owned;
    }

    /**
     * Returns the outputs as they are read from a cache later. Those that it rounds are made anew
     * of their rows, the others stay.
     */
    @SuppressWarnings("unchecked") // the row was made of the output
    ComputedOutputs<O> rounded(FeatureCache cache, NDManager manager) {
        RowSchema schema = cache.schema().orElse(null);
        List<O> rounded = new ArrayList<>(outputs);
        for (int i = 0; i < rounded.size(); i++) {
            OutputRow row = rows.get(i);
            if (row != null && row.schema().equals(schema)) {
                RowBatch computed = row.alone();
                RowBatch read = cache.rounded(computed);
                if (read != computed) {
                    rounded.set(i, (O) row.kind().read(read, 0, manager));
                    rows.set(i, row.of(read));
                    StoredOutputs.closeAll(List.of(outputs.get(i)));
                }
            }
        }
        return new ComputedOutputs<>(rounded, rows);
    }

    boolean isOneForEach(List<?> inputs) {
        return outputs.size() == inputs.size();
    }

    /** Returns the outputs at some positions. */
    ComputedOutputs<O> select(int[] positions) {
        List<O> some = new ArrayList<>(positions.length);
        List<@Nullable OutputRow> rowsOfSome = new ArrayList<>(positions.length);
        for (int position : positions) {
            some.add(outputs.get(position));
            rowsOfSome.add(rows.get(position));
        }
        return new ComputedOutputs<>(some, rowsOfSome);
    }
}
