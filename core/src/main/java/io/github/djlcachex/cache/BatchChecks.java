package io.github.djlcachex.cache;

import io.github.djlcachex.row.InvalidRowsException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.RowBatch;

/** BatchChecks refuses batches that a cache cannot fill or store. */
final class BatchChecks {

    private BatchChecks() {}

    static void sameSize(Keys keys, RowBatch batch) {
        if (keys.size() != batch.rows()) {
            throw new InvalidRowsException(
                    Problem.of(
                            "row batch",
                            keys.size() + " rows, one a key",
                            batch.rows() + " rows",
                            "pass a batch of the keys' size"));
        }
    }

    static void writable(RowBatch batch) {
        for (int column = 0; column < batch.schema().columns().size(); column++) {
            if (batch.buffer(column).isReadOnly()) {
                throw new InvalidRowsException(
                        Problem.of(
                                "row batch",
                                "buffers that can be filled",
                                "a read-only buffer in column " + column,
                                "pass buffers that are not read-only"));
            }
        }
    }
}
