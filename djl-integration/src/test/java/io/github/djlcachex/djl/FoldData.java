package io.github.djlcachex.djl;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Record;

/** Datasets whose row i is the number i, made when it is asked for. */
final class FoldData {

    private FoldData() {}

    static CachedDataset of(int rows) {
        return CachedDataset.withNamespace(
                new TestDataset(rows, 4) {
                    @Override
                    public Record get(NDManager manager, long index) {
                        return new Record(
                                new NDList(manager.create(new float[] {index})),
                                new NDList(manager.create(new float[] {index})));
                    }
                },
                "all");
    }
}
