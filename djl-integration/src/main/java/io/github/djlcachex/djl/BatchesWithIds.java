package io.github.djlcachex.djl;

import ai.djl.training.dataset.Batch;

import io.github.djlcachex.djl.internal.dataset.BatchIndices;
import io.github.djlcachex.djl.internal.dataset.IdPosition;
import io.github.djlcachex.djl.internal.dataset.RowIds;
import io.github.djlcachex.row.Keys;

import java.util.Iterator;

/**
 * BatchesWithIds adds the ids of its rows to each batch of a dataset.
 *
 * @param batches the batches
 * @param ids the ids by index
 */
record BatchesWithIds(Iterable<Batch> batches, RowIds ids) implements Iterable<Batch> {

    @Override
    public Iterator<Batch> iterator() {
        Iterator<Batch> each = batches.iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return each.hasNext();
            }

            @Override
            public Batch next() {
                return add(ids, each.next());
            }
        };
    }

    /** Adds the ids of the rows to a batch. */
    static Batch add(RowIds ids, Batch batch) {
        Keys keys = ids.keys(BatchIndices.of(batch));
        CacheIds.addTo(batch.getData(), IdPosition.in(batch), batch.getManager(), keys);
        return batch;
    }
}
