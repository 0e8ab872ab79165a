package io.github.djlcachex.examples;

import io.github.djlcachex.djl.CacheBlockDecoratorBuilder;

/** Who stores rows in a training of {@link MultiRank}, and which images a rank meets. */
enum RankMode {
    EVERY_RANK("every rank writes", false, false, true),
    FILLED("rank 0 fills first", true, true, true),
    FIXED_SHARDS("rank 0, fixed shards", true, false, false),
    ONE_RANK("rank 0 writes", true, false, true);

    private static final int WRITER = 0;

    private final String title;
    private final boolean oneWriter;
    private final boolean filled;
    private final boolean dealtAnew;

    RankMode(String title, boolean oneWriter, boolean filled, boolean dealtAnew) {
        this.title = title;
        this.oneWriter = oneWriter;
        this.filled = filled;
        this.dealtAnew = dealtAnew;
    }

    String title() {
        return title;
    }

    /** The images that a rank computes before the first epoch: all or none. */
    Digits beforeEpochs(Digits digits, int rank) {
        return digits.at(position -> filled && rank == WRITER);
    }

    CacheBlockDecoratorBuilder writers(CacheBlockDecoratorBuilder builder) {
        return oneWriter ? builder.optWriterRank(WRITER) : builder;
    }

    /** The images that a rank meets in an epoch, which its dataset shuffles. */
    Digits shard(Digits digits, int epoch, int rank, int ranks) {
        return digits.shard(dealtAnew ? epoch : 1, rank, ranks);
    }

    /** Whether every image is computed once in a run, by whatever rank. */
    boolean computesOnce() {
        return this != ONE_RANK;
    }

    /** The cache directory, in that of the example. */
    String cache() {
        return "cache-" + this;
    }

    /** The file for what a rank did, in the directory of the example. */
    String report(int rank) {
        return this + "-" + rank + ".json";
    }
}
