package io.github.djlcachex.djl;

import ai.djl.ndarray.NDList;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

import io.github.djlcachex.row.RowSchema;

import org.jspecify.annotations.Nullable;

/**
 * The arguments with which the wrapped block is called for a whole batch.
 *
 * @param parameterStore the parameter store, passed on
 * @param inputs the inputs without the ids
 * @param rows the number of ids, or of input rows if ids are made of contents; -1 if neither is
 *     known
 * @param minRows the least number of rows to run, if the batch has ids
 * @param alone whether no other thread may run the block meanwhile: DJL copies parameters to a
 *     trainer at their first use without a lock
 * @param idsOfContents whether the ids are hashes of the inputs
 * @param params parameters of the call, passed on
 * @param place where the outputs are made
 * @param lengths the lengths of the rows, which are cut and padded if they differ in it
 */
record BlockCall(
        ParameterStore parameterStore,
        NDList inputs,
        int rows,
        int minRows,
        boolean alone,
        boolean idsOfContents,
        @Nullable PairList<String, Object> params,
        Place place,
        OwnLengths lengths) {

    /** Returns outputs for some rows of the batch. */
    BatchOutputs outputs(RowSchema schema, int count) {
        return BatchOutputs.create(place, schema, count, lengths);
    }

    /**
     * Reads rows that the block computed for some positions of the batch.
     *
     * @param stored the schema of the cached rows, or null if there are none
     * @return the rows, or null if they have another shape than the cached ones
     * @throws UnsupportedOutputException if an output cannot be cut into such rows, or is another
     *     one than was cached
     */
    @Nullable ComputedRows computed(@Nullable RowSchema stored, NDList raw, int[] positions) {
        return ComputedRows.like(stored, raw, positions, lengths);
    }
}
