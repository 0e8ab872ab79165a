package io.github.djlcachex.internal.segment;

import io.github.djlcachex.internal.io.Crc32c;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * RowCrc is the checksum of one row: CRC32C over its key, then for each column the length and the
 * bytes.
 *
 * <p>It reads the rows of one batch through views of its own. For one thread. The batch must hold
 * copies: CRC32C over the mapping of a truncated file kills the JVM.
 */
public final class RowCrc {

    private final CRC32C crc = new CRC32C();
    private final ByteBuffer[] views;
    private final int[] rowBytes;

    /**
     * Creates the checksum for rows of a batch.
     *
     * @param batch the batch
     */
    public RowCrc(RowBatch batch) {
        int columns = batch.schema().columns().size();
        views = new ByteBuffer[columns];
        rowBytes = new int[columns];
        for (int c = 0; c < columns; c++) {
            views[c] = batch.buffer(c).duplicate();
            rowBytes[c] = batch.schema().columns().get(c).rowBytes();
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
            Crc32c.updateInt(crc, rowBytes[c]);
            int start = row * rowBytes[c];
            views[c].limit(start + rowBytes[c]).position(start);
            crc.update(views[c]);
        }
        return (int) crc.getValue();
    }
}
