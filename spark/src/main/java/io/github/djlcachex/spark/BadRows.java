package io.github.djlcachex.spark;

import io.github.djlcachex.djl.TooManyBadRowsException;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** BadRows are the bad rows of a task, or of a job, up to a limit. For one thread. */
final class BadRows {

    private final int partition;
    private final int limit;
    private final List<BadRow> rows = new ArrayList<>();

    BadRows(int partition, int limit) {
        this.partition = partition;
        this.limit = limit;
    }

    /**
     * Adds a row.
     *
     * @throws TooManyBadRowsException if the limit is passed
     */
    void add(@Nullable Object id, String reason) {
        add(new BadRow(id, partition, reason));
    }

    /** Adds a row of a task. */
    void add(BadRow row) {
        if (rows.size() == limit) {
            throw new TooManyBadRowsException(
                    Problem.of(
                            "fill by Spark",
                            "at most " + limit + " rows that fail",
                            "one more: " + row + (rows.isEmpty() ? "" : "; first " + rows.get(0)),
                            "repair the data, or raise optMaxBadRows; what was computed is stored,"
                                    + " and the next run goes on from there"));
        }
        rows.add(row);
    }

    List<BadRow> rows() {
        return List.copyOf(rows);
    }
}
