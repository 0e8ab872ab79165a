package io.github.djlcachex.spark;

import org.jspecify.annotations.Nullable;

import java.io.Serializable;
import java.util.Optional;

/** BadRow is a row of a dataset that a {@link SparkWarmup} could not compute. Immutable. */
public final class BadRow implements Serializable {

    private static final long serialVersionUID = 1L;

    /** A Long or a String. */
    private final @Nullable Serializable id;

    /** Where Spark had the row. */
    private final int partition;

    /** What went wrong. */
    private final String reason;

    BadRow(@Nullable Object id, int partition, String reason) {
        this.id = (Serializable) id;
        this.partition = partition;
        this.reason = reason;
    }

    /**
     * Returns its id.
     *
     * @return a {@code Long} or a {@code String}; empty if the row had none
     */
    public Optional<Object> id() {
        return Optional.ofNullable(id);
    }

    /**
     * Returns in which partition of the dataset it was.
     *
     * @return the partition, from 0
     */
    public int partition() {
        return partition;
    }

    /**
     * Returns what went wrong.
     *
     * @return the exception of the extractor, in one line
     */
    public String reason() {
        return reason;
    }

    @Override
    public String toString() {
        return "row '" + id + "' of partition " + partition + ": " + reason;
    }
}
