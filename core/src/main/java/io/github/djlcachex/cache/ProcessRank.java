package io.github.djlcachex.cache;

import io.github.djlcachex.internal.store.WriterPolicy;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/**
 * A ProcessRank is the number of a process in a distributed run, and the number of processes.
 * Immutable.
 */
public final class ProcessRank {

    private final WriterPolicy.Rank rank;

    ProcessRank(WriterPolicy.Rank rank) {
        this.rank = rank;
    }

    /**
     * Returns a rank.
     *
     * @param rank the rank, from 0
     * @param worldSize the number of ranks
     * @return the rank
     * @throws io.github.djlcachex.row.InvalidOptionException if the rank is not below the number of
     *     ranks
     */
    public static ProcessRank of(int rank, int worldSize) {
        return new ProcessRank(new WriterPolicy.Rank(rank, worldSize));
    }

    /**
     * Returns the rank that the launcher's environment names, as {@link
     * FeatureCacheBuilder#writerRank} lists the variables.
     *
     * @return the rank, 0 of 1 if there is none
     * @throws io.github.djlcachex.row.InvalidOptionException if a variable is no integer
     */
    public static ProcessRank ofEnvironment() {
        return ofEnvironment(System.getenv());
    }

    static ProcessRank ofEnvironment(Map<String, String> environment) {
        return new ProcessRank(new WriterPolicy.RankChoice(null, environment).rank());
    }

    /**
     * Returns the rank.
     *
     * @return the rank, from 0
     */
    public int rank() {
        return rank.rank();
    }

    /**
     * Returns the number of ranks.
     *
     * @return the number, at least 1
     */
    public int worldSize() {
        return rank.worldSize();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ProcessRank that && rank.equals(that.rank);
    }

    @Override
    public int hashCode() {
        return rank.hashCode();
    }

    @Override
    public String toString() {
        return "rank " + rank() + " of " + worldSize();
    }
}
