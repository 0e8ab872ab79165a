package io.github.djlcachex.interop.internal.table;

import io.github.djlcachex.interop.spi.ColumnData;

import java.io.Closeable;
import java.io.IOException;

/** An IdSource gives the ids of rows that have none in their own file. */
public interface IdSource extends Closeable {

    /** Refuses ids that are more or fewer than some rows, before the first ones are read. */
    void checkCount(long rows) throws IOException;

    /** Returns the ids of the next rows. */
    ColumnData next(int count) throws IOException;

    /** Refuses ids that no row is left for. */
    void checkEnd() throws IOException;
}
