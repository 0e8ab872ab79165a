package io.github.djlcachex.internal.store;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.testing.Reliability;

import java.util.BitSet;

/** Counts of an opened cache which acknowledged rows are lost, and which rows are wrong. */
final class Judge {

    /** What became of some keys' rows. */
    record Finding(long missing, long wrong) {}

    private Judge() {}

    static Finding find(FeatureCache cache, Keys keys) {
        RowBatch into = RowBatch.allocate(Caches.ROWS.schema(), keys.size());
        BitSet missing = new BitSet();
        for (int position : cache.gather(keys, into).missing()) {
            missing.set(position);
        }
        long wrong = 0;
        for (int position = 0; position < keys.size(); position++) {
            boolean found = !missing.get(position);
            wrong += found && !Caches.ROWS.isRight(keys, position, into) ? 1 : 0;
        }
        return new Finding(missing.cardinality(), wrong);
    }

    /** Judges rows that must be there, and rows that may be. */
    static void judge(Reliability line, FeatureCache cache, Keys acknowledged, Keys others) {
        Finding must = find(cache, acknowledged);
        line.lost(must.missing());
        line.wrong(must.wrong() + find(cache, others).wrong());
    }
}
