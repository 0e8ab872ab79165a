package io.github.djlcachex.cache;

import io.github.djlcachex.internal.store.CheckedGeneration;
import io.github.djlcachex.internal.store.CheckedSegment;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;

/** VerifyReport tells what {@link FeatureCache#verify} found on disk. */
public final class VerifyReport {

    private final CheckedGeneration check;

    VerifyReport(CheckedGeneration check) {
        this.check = check;
    }

    /**
     * Returns the check of every segment file that was read, by name.
     *
     * @return the checks
     */
    public List<SegmentCheck> segments() {
        return check.segments().stream().map(SegmentCheck::new).toList();
    }

    /**
     * Returns how many segment files were not read, since a sample was asked for. A key that such a
     * file has does not count as lost.
     *
     * @return the number of files
     */
    public int uncheckedFiles() {
        return check.uncheckedFiles();
    }

    /**
     * Returns what is wrong with {@code contract.json}.
     *
     * @return the problem, or empty
     */
    public Optional<String> contractProblem() {
        return check.contractProblem();
    }

    /**
     * Returns what is wrong with the index snapshot. It costs no row, and it is written again in
     * time.
     *
     * @return the problem, or empty
     */
    public Optional<String> indexSnapshotProblem() {
        return check.indexSnapshotProblem();
    }

    /**
     * Returns what is wrong with the tombstones, the files that tell which rows were removed. The
     * rows that a damaged one removed are served again: remove them once more.
     *
     * @return the problems, each with its file
     */
    public List<String> tombstoneProblems() {
        return check.tombstoneProblems();
    }

    /**
     * Tells whether every file that rows depend on is as it was written: the segments, the contract
     * and the tombstones, not the index snapshot.
     *
     * @return true if there is no problem
     */
    public boolean isIntact() {
        return contractProblem().isEmpty() && problems().isEmpty() && tombstoneProblems().isEmpty();
    }

    /**
     * Returns the checks of the files that are not intact.
     *
     * @return the checks
     */
    public List<SegmentCheck> problems() {
        return segments().stream()
                .filter(segment -> segment.condition() != SegmentCondition.INTACT)
                .toList();
    }

    /**
     * Returns the number of rows that the files were written with, as far as it can be read.
     *
     * @return the rows, duplicates included
     */
    public long rows() {
        return check.segments().stream().mapToLong(CheckedSegment::rows).sum();
    }

    /**
     * Returns the number of rows that the problems cost.
     *
     * @return the rows, duplicates included
     */
    public long badRows() {
        return check.segments().stream().mapToLong(CheckedSegment::badRows).sum();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof VerifyReport that && check.equals(that.check);
    }

    @Override
    public int hashCode() {
        return check.hashCode();
    }

    @Override
    public String toString() {
        return check.toString().replaceFirst("CheckedGeneration", "VerifyReport");
    }
}
