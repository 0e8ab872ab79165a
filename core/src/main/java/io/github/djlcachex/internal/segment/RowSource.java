package io.github.djlcachex.internal.segment;

import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.StringKeys;

import java.io.IOException;

/** Rows by number: an open or sealed segment on the heap, or a committed file. */
public sealed interface RowSource permits OpenSegment, SegmentFile {

    /**
     * Returns the number of rows.
     *
     * @return the number of rows
     */
    int rows();

    /**
     * Copies a row into a batch, if that has room for just its shape.
     *
     * @param row the row here
     * @param into the batch
     * @param position the row there
     * @return what became of it
     * @throws IOException if it cannot be read
     */
    RowCopy copyRow(int row, RowBatch into, int position) throws IOException;

    /**
     * Reads the shape of a row of a variable column. It is not proven: the row's checksum does it.
     *
     * @param row the row here
     * @param column the column
     * @param dimensions filled with the shape
     * @return false if what is there is no shape of the column
     * @throws IOException if it cannot be read
     */
    boolean readShape(int row, int column, int[] dimensions) throws IOException;

    /**
     * Returns the checksum that was stored with a row. It is at another place than the row's bytes.
     *
     * @param row the row here
     * @return the checksum
     * @throws IOException if it cannot be read
     */
    int storedCrc(int row) throws IOException;

    /**
     * Tells whether a row has the given key.
     *
     * @param row the row
     * @param keys the keys
     * @param position the key's position
     * @return true if it has, false also if the row's key cannot be read
     */
    boolean hasKey(int row, StringKeys keys, int position);
}
