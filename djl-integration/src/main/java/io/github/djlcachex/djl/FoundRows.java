package io.github.djlcachex.djl;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;

import java.util.BitSet;

/**
 * FoundRows are the rows of a batch that were read from a cache before the batch reaches the
 * decorator.
 *
 * @param cache the cache
 * @param rows the rows, undefined where they are missing
 * @param missing the positions without a row
 */
record FoundRows(FeatureCache cache, RowBatch rows, BitSet missing) {

    static FoundRows of(FeatureCache cache, Keys keys, RowSchema schema) {
        RowStore store = new RowStore(cache, null);
        RowBatch rows = store.allocate(keys, schema);
        BitSet missing = new BitSet();
        for (int position : cache.gather(keys, rows).missing()) {
            missing.set(position);
        }
        return new FoundRows(cache, rows, missing);
    }
}
