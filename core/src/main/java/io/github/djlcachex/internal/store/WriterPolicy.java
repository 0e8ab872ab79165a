package io.github.djlcachex.internal.store;

import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether an opener may store rows, and why.
 *
 * @param isWritable true if it may
 * @param reason what decided, for messages
 * @param ranks which process of a run the opener is
 */
public record WriterPolicy(boolean isWritable, String reason, RankChoice ranks) {

    /** How callers say that a cache is only to be read: of this module, and of the decorator. */
    public static final String READ_ONLY_OPTIONS =
            "readOnly(true), of a decorator optReadOnly(true)";

    /** The rank of a process and the number of ranks. */
    public record Rank(int rank, int worldSize) {

        public Rank {
            if (rank < 0 || rank >= worldSize) {
                throw new InvalidOptionException(
                        Problem.of(
                                "option rank",
                                "0 to worldSize - 1",
                                "rank " + rank + " of " + worldSize,
                                "pass the rank and the number of ranks of this run"));
            }
        }
    }

    /**
     * The rank that an opener was given, or else that of its environment. The environment is read
     * when the rank is asked for: an opener that needs no rank opens in any environment.
     *
     * @param given the rank, or null for that of the environment
     * @param environment the variables of the process
     */
    public record RankChoice(@Nullable Rank given, Map<String, String> environment) {

        /** Returns the rank, 0 of 1 if neither the opener nor a launcher named one. */
        public Rank rank() {
            return given != null ? given : detect(environment).orElse(new Rank(0, 1));
        }
    }

    /** Rank and size as the usual launchers name them: torchrun, Slurm, Open MPI, MPICH. */
    private static final List<List<String>> LAUNCHERS =
            List.of(
                    List.of("RANK", "WORLD_SIZE"),
                    List.of("SLURM_PROCID", "SLURM_NTASKS"),
                    List.of("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"),
                    List.of("PMI_RANK", "PMI_SIZE"));

    public static WriterPolicy of(
            boolean readOnly,
            @Nullable Integer writerRank,
            @Nullable Rank given,
            Map<String, String> environment) {
        if (readOnly && writerRank != null) {
            throw new InvalidOptionException(
                    Problem.of(
                            "option readOnly",
                            "no writerRank beside it",
                            "writerRank " + writerRank,
                            "remove one of them"));
        }
        RankChoice ranks = new RankChoice(given, environment);
        if (readOnly) {
            return new WriterPolicy(false, "it was opened read-only", ranks);
        }
        if (writerRank == null) {
            return new WriterPolicy(true, "every rank writes", ranks);
        }
        Rank rank = ranks.rank();
        if (writerRank < 0 || writerRank >= rank.worldSize()) {
            throw new InvalidOptionException(
                    Problem.of(
                            "option writerRank",
                            "0 to " + (rank.worldSize() - 1) + " in a run of " + rank.worldSize(),
                            writerRank.toString(),
                            "name a rank that exists, or nothing would ever be stored"));
        }
        return new WriterPolicy(
                rank.rank() == writerRank,
                "this is rank "
                        + rank.rank()
                        + " of "
                        + rank.worldSize()
                        + ", rank "
                        + writerRank
                        + " writes",
                ranks);
    }

    /** The same opener where the system lets it write nothing. */
    public WriterPolicy refused(IOException refusal) {
        return new WriterPolicy(
                false,
                "this user may not write there ("
                        + refusal.getMessage()
                        + "); allow it, or open the cache read-only: "
                        + READ_ONLY_OPTIONS,
                ranks);
    }

    static Optional<Rank> detect(Map<String, String> environment) {
        for (List<String> names : LAUNCHERS) {
            String rank = environment.get(names.get(0));
            String size = environment.get(names.get(1));
            if (rank != null && size != null && number(names.get(1), size) > 1) {
                return Optional.of(
                        new Rank(number(names.get(0), rank), number(names.get(1), size)));
            }
        }
        return Optional.empty();
    }

    private static int number(String name, String value) {
        try {
            return Integer.parseInt(value.strip());
        } catch (NumberFormatException e) {
            throw new InvalidOptionException(
                    Problem.of(
                            "environment variable " + name,
                            "an integer",
                            "'" + value + "'",
                            "correct it, or pass rank(rank, worldSize)",
                            e));
        }
    }
}
