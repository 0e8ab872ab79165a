package io.github.djlcachex.interop.spi;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/**
 * A TableWriter writes rows to one file, a chunk of some MiB at a time, so that its memory does not
 * grow with the file. For one thread.
 */
public interface TableWriter extends Closeable {

    /**
     * Writes rows.
     *
     * @param rows the columns of one row or more, in the order of the {@link TableColumn}s; valid
     *     during the call
     * @throws IOException if the file cannot be written
     */
    void write(List<ColumnData> rows) throws IOException;

    /**
     * Writes what comes after the last row. The file is whole afterwards.
     *
     * @throws IOException if the file cannot be written
     */
    void finish() throws IOException;
}
