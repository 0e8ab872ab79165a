package io.github.djlcachex.internal.store;

import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowShapes;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.IntStream;

/** BatchParts are ranges of the rows of a batch, and of its keys, over the same memory. */
final class BatchParts {

    private BatchParts() {}

    static Keys keys(Keys keys, int from, int to) {
        return from == 0 && to == keys.size()
                ? keys
                : keys.select(IntStream.range(from, to).toArray());
    }

    static RowBatch rows(RowBatch batch, int from, int to) {
        if (from == 0 && to == batch.rows()) {
            return batch;
        }
        RowShapes shapes = batch.shapes().select(IntStream.range(from, to).toArray());
        ByteBuffer[] buffers = new ByteBuffer[batch.schema().columns().size()];
        for (int c = 0; c < buffers.length; c++) {
            int start = batch.shapes().offset(c, from);
            int end = batch.shapes().offset(c, to);
            buffers[c] = batch.buffer(c).slice(start, end - start).order(ByteOrder.LITTLE_ENDIAN);
        }
        return RowBatch.wrap(shapes, buffers);
    }
}
