package io.github.djlcachex.djl;

import ai.djl.training.dataset.Batch;

import io.github.djlcachex.djl.internal.FilledCaches;

import java.util.Iterator;

/** FlushingBatches starts a flush at the end of an epoch: a run that is killed keeps its rows. */
record FlushingBatches(Iterable<Batch> batches) implements Iterable<Batch> {

    @Override
    public Iterator<Batch> iterator() {
        Iterator<Batch> each = batches.iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                boolean more = each.hasNext();
                if (!more) {
                    FilledCaches.startFlush();
                }
                return more;
            }

            @Override
            public Batch next() {
                return each.next();
            }
        };
    }
}
