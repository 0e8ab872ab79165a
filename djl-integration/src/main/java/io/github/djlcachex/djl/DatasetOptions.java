package io.github.djlcachex.djl;

import ai.djl.training.dataset.RandomAccessDataset;

import org.jspecify.annotations.Nullable;

/**
 * DatasetOptions are the ways in which the batches of a {@link CachedDataset} are made.
 *
 * @param loading loads the inputs of missing rows alone, or null if DJL loads all
 * @param prefetched how many batches are fetched ahead by a thread of its own
 * @param views how many ids each row has, one after another by epoch
 */
record DatasetOptions(@Nullable LazyLoading loading, int prefetched, int views) {

    static final DatasetOptions NONE = new DatasetOptions(null, 0, 1);

    DatasetOptions part(RandomAccessDataset part, long[] indices) {
        return loading == null ? this : loading(loading.part(part, indices));
    }

    DatasetOptions loading(LazyLoading lazily) {
        return new DatasetOptions(lazily, prefetched, views);
    }

    DatasetOptions prefetched(int batches) {
        Options.check(batches >= 1, "prefetched batches", "1 or more", batches);
        Options.check(
                loading != null,
                "prefetching",
                "a dataset of loadingMissesOnly, as others do not read rows",
                "another one");
        return new DatasetOptions(loading, batches, views);
    }

    DatasetOptions views(int count) {
        Options.check(count >= 1, "views", "1 or more", count);
        return new DatasetOptions(loading, prefetched, count);
    }
}
