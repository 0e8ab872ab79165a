package io.github.djlcachex.djl;

import io.github.djlcachex.cache.FeatureCache;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** MissingIndices finds the rows of a dataset that a cache does not have, by their ids alone. */
final class MissingIndices {

    private static final int CHUNK_ROWS = 1 << 16;

    private MissingIndices() {}

    /** Returns the indices, ascending. */
    static long[] of(CachedDataset dataset, long rows, FeatureCache cache) {
        List<long[]> chunks = new ArrayList<>();
        for (long from = 0; from < rows; from += CHUNK_ROWS) {
            chunks.add(missing(dataset, from, Math.min(rows, from + CHUNK_ROWS), cache));
        }
        return chunks.stream().flatMapToLong(LongStream::of).toArray();
    }

    private static long[] missing(CachedDataset dataset, long from, long to, FeatureCache cache) {
        long[] indices = LongStream.range(from, to).toArray();
        int[] positions = cache.missing(dataset.keysAt(indices));
        long[] missing = new long[positions.length];
        for (int i = 0; i < missing.length; i++) {
            missing[i] = indices[positions[i]];
        }
        return missing;
    }
}
