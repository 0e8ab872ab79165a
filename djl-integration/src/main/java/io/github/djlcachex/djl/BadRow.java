package io.github.djlcachex.djl;

/** BadRow is a row of a dataset that a {@link Warmup} could not compute. */
public final class BadRow {

    private final long index;
    private final Object id;
    private final String reason;

    BadRow(long index, Object id, String reason) {
        this.index = index;
        this.id = id;
        this.reason = reason;
    }

    /**
     * Returns where it is in the dataset.
     *
     * @return the index, from 0
     */
    public long index() {
        return index;
    }

    /**
     * Returns its id.
     *
     * @return a {@code Long} or a {@code String}
     */
    public Object id() {
        return id;
    }

    /**
     * Returns what went wrong.
     *
     * @return the exception of the dataset or the block, in one line
     */
    public String reason() {
        return reason;
    }

    @Override
    public String toString() {
        return "row " + index + " ('" + id + "'): " + reason;
    }
}
