package io.github.djlcachex.internal.segment;

import io.github.djlcachex.internal.io.Crc32c;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowShapes;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * RowCrc is the checksum of one row: CRC32C over its key, then for each column the length in bytes,
 * the dimensions if the column is variable, and the bytes.
 *
 * <p>It reads the rows of one batch through views of its own. For one thread. The batch must hold
 * copies: CRC32C over the mapping of a truncated file kills the JVM.
 */
public final class RowCrc {

    private static final int VARIABLE = -1;

    private final CRC32C crc = new CRC32C();
    private final RowShapes shapes;
    private final ByteBuffer[] views;
    private final int[] rowBytes;
    private final int[] ranks;
    private final byte[] sizes = new byte[(1 + Column.MAX_RANK) * Integer.BYTES];

    /**
     * Creates the checksum for rows of a batch.
     *
     * @param batch the batch
     */
    public RowCrc(RowBatch batch) {
        int columns = batch.schema().columns().size();
        shapes = batch.shapes();
        views = new ByteBuffer[columns];
        rowBytes = new int[columns];
        ranks = new int[columns];
        for (int c = 0; c < columns; c++) {
            views[c] = batch.buffer(c).duplicate();
            Column column = batch.schema().columns().get(c);
            rowBytes[c] = column.isVariable() ? VARIABLE : column.rowBytes();
            ranks[c] = column.rank();
        }
    }

    /**
     * Returns the checksum of a row.
     *
     * @param keys the keys
     * @param position the position of the row's key
     * @param row the row in the batch
     * @return the checksum
     */
    public int of(Keys keys, int position, int row) {
        crc.reset();
        keys.updateCrc(position, crc);
        for (int c = 0; c < views.length; c++) {
            if (rowBytes[c] == VARIABLE) {
                updateVariable(c, row);
            } else {
                Crc32c.updateInt(crc, rowBytes[c]);
                update(c, row * rowBytes[c], rowBytes[c]);
            }
        }
        return (int) crc.getValue();
    }

    /** One update over all numbers: each alone would take as long as some hundred bytes. */
    private void updateVariable(int column, int row) {
        int bytes = shapes.rowBytes(column, row);
        LittleEndian.setInt(sizes, 0, bytes);
        int rank = ranks[column];
        for (int axis = 0; axis < rank; axis++) {
            int dimension = shapes.dimension(column, row, axis);
            LittleEndian.setInt(sizes, (1 + axis) * Integer.BYTES, dimension);
        }
        crc.update(sizes, 0, (1 + rank) * Integer.BYTES);
        update(column, shapes.offset(column, row), bytes);
    }

    private void update(int column, int start, int bytes) {
        views[column].limit(start + bytes).position(start);
        crc.update(views[column]);
    }
}
