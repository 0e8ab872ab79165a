package io.github.djlcachex.cache;

import java.util.List;
import java.util.Optional;

/**
 * What {@link FeatureCache#verify} found on disk.
 *
 * @param segments every segment file, by name
 * @param contractProblem what is wrong with {@code contract.json}, or empty
 * @param checkpointProblem what is wrong with the checkpoint of the index, or empty; it costs no
 *     row, and it is written anew in time
 */
public record VerifyReport(
        List<SegmentCheck> segments,
        Optional<String> contractProblem,
        Optional<String> checkpointProblem) {

    /**
     * Copies the list.
     *
     * @param segments every segment file, by name
     * @param contractProblem what is wrong with {@code contract.json}, or empty
     * @param checkpointProblem what is wrong with the checkpoint of the index, or empty
     */
    public VerifyReport {
        segments = List.copyOf(segments);
    }

    /**
     * Tells whether every file that rows depend on is as it was written: the segments and the
     * contract, not the checkpoint.
     *
     * @return true if there is no problem
     */
    public boolean intact() {
        return contractProblem.isEmpty() && problems().isEmpty();
    }

    /**
     * Returns the files that are not intact.
     *
     * @return their checks
     */
    public List<SegmentCheck> problems() {
        return segments.stream()
                .filter(check -> check.condition() != SegmentCondition.INTACT)
                .toList();
    }

    /**
     * Returns the number of rows that the files were written with, as far as it can be read.
     *
     * @return the rows, duplicates included
     */
    public long rows() {
        return segments.stream().mapToLong(SegmentCheck::rows).sum();
    }

    /**
     * Returns the number of rows that the problems cost.
     *
     * @return the rows, duplicates included
     */
    public long badRows() {
        return segments.stream().mapToLong(SegmentCheck::badRows).sum();
    }
}
