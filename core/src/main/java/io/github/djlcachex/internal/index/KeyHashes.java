package io.github.djlcachex.internal.index;

import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.LongKeys;
import io.github.djlcachex.row.StringKeys;

/** What stands for a key in a slot: an INT64 key itself, and the hash of a UTF8 key. */
final class KeyHashes {

    private KeyHashes() {}

    static long of(Keys keys, int position, long hashSeed) {
        return keys instanceof LongKeys longs
                ? longs.get(position)
                : ((StringKeys) keys).hash(position, hashSeed);
    }
}
