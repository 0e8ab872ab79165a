package io.github.djlcachex.djl;

import io.github.djlcachex.cache.ProcessRank;
import io.github.djlcachex.row.GivenOptions;
import io.github.djlcachex.row.InvalidOptionException;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * The options of a {@link FileBarrier}: a directory and a run id.
 *
 * <p>Every setter throws {@link InvalidOptionException} for null, and for a second call with
 * another value. Not safe for use by several threads at once.
 */
public final class FileBarrierBuilder {

    private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(30);
    private static final Pattern RUN_ID = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}");

    private @Nullable Path directory;
    private @Nullable String runId;
    private @Nullable ProcessRank rank;
    Duration timeout = DEFAULT_TIMEOUT;
    private final GivenOptions given = new GivenOptions();

    FileBarrierBuilder() {}

    /**
     * Sets the directory in which the files of the ranks are created, below a directory of the
     * run's id. Every rank must see it. It need not exist, and may be beside the cache's or within.
     *
     * @param directory the directory
     * @return this builder
     */
    public FileBarrierBuilder setDirectory(Path directory) {
        this.directory = given.once("directory", directory);
        return this;
    }

    /**
     * Sets the name of this start of the run, the same for all ranks.
     *
     * @param runId the name: letters, digits, and {@code . _ -} of ASCII, at most 128, with no dot
     *     in front
     * @return this builder
     * @throws InvalidOptionException if it is none
     */
    public FileBarrierBuilder setRunId(String runId) {
        this.runId = given.once("runId", runId);
        Options.check(
                RUN_ID.matcher(runId).matches(),
                "runId",
                "1 to 128 letters, digits and . _ -, with no dot in front",
                "'" + runId + "'");
        return this;
    }

    /**
     * Sets the rank of this process, in place of the environment's.
     *
     * @param rank the rank, from 0
     * @param worldSize the number of ranks
     * @return this builder
     * @throws InvalidOptionException if the rank is not below the number of ranks
     */
    public FileBarrierBuilder optRank(int rank, int worldSize) {
        this.rank = given.once("rank", ProcessRank.of(rank, worldSize));
        return this;
    }

    /**
     * Sets how long a rank waits for the others.
     *
     * @param timeout the time; 30 minutes by default
     * @return this builder
     * @throws InvalidOptionException if it is not positive, or longer than a day
     */
    public FileBarrierBuilder optTimeout(Duration timeout) {
        this.timeout = Options.upToADay("timeout", given.once("timeout", timeout));
        return this;
    }

    /**
     * Builds the barrier. Creates nothing.
     *
     * @return the barrier
     * @throws InvalidOptionException if the directory or the run id is missing
     */
    public FileBarrier build() {
        return new FileBarrier(
                this,
                Options.required(directory, "directory", "setDirectory"),
                Options.required(runId, "runId", "setRunId"));
    }

    ProcessRank rank() {
        return rank == null ? ProcessRank.ofEnvironment() : rank;
    }
}
