package io.github.djlcachex.interop;

import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;

/** A RowStream gives rows of a cache, batch by batch. */
interface RowStream extends AutoCloseable {

    /** Reads the next batch; false if there are no more rows. */
    boolean next();

    Keys keys();

    RowBatch rows();

    /** The rows that were left out so far. */
    long damagedRows();

    @Override
    void close();
}
