package io.github.djlcachex.djl;

import io.github.djlcachex.cache.ProcessRank;
import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.Problem;

import java.util.Arrays;
import java.util.List;

/** Ranks that did not come to a barrier in time. */
public final class MissingRanksException extends CacheException {

    private static final long serialVersionUID = 1L;

    /** The ranks that did not come, ascending. */
    private final int[] missingRanks;

    /**
     * Creates the exception.
     *
     * @param problem what it tells
     * @param missingRanks the ranks that did not come
     */
    public MissingRanksException(Problem problem, int... missingRanks) {
        super(problem);
        this.missingRanks = missingRanks.clone();
    }

    static MissingRanksException of(String barrier, int[] missing, ProcessRank rank, String found) {
        return new MissingRanksException(
                Problem.of(
                        barrier,
                        "ranks " + Arrays.toString(missing) + " to come to where " + rank + " is",
                        found,
                        "look whether they run, have the same run id, directory and number of"
                                + " ranks; or raise optTimeout"),
                missing);
    }

    /**
     * Returns the ranks that did not come.
     *
     * @return the ranks, ascending
     */
    public List<Integer> missingRanks() {
        return Arrays.stream(missingRanks).boxed().toList();
    }
}
