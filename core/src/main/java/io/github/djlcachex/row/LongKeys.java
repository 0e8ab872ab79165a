package io.github.djlcachex.row;

import java.util.Arrays;
import java.util.zip.CRC32C;

/** A batch of signed 64-bit integer keys. */
public final class LongKeys implements Keys {

    private final long[] keys;

    LongKeys(long[] keys) {
        this.keys = keys;
    }

    /**
     * Returns a key.
     *
     * @param position its position
     * @return the key
     */
    public long get(int position) {
        return keys[position];
    }

    /**
     * Returns a copy of all keys.
     *
     * @return the keys
     */
    public long[] toArray() {
        return keys.clone();
    }

    @Override
    public int size() {
        return keys.length;
    }

    @Override
    public KeyType type() {
        return KeyType.INT64;
    }

    @Override
    public LongKeys select(int[] positions) {
        long[] selected = new long[positions.length];
        for (int i = 0; i < positions.length; i++) {
            selected[i] = keys[positions[i]];
        }
        return new LongKeys(selected);
    }

    @Override
    public Long getObject(int position) {
        return keys[position];
    }

    /** */
    @Internal
    @Override
    public void updateCrc(int position, CRC32C crc) {
        Crc.updateLong(crc, keys[position]);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LongKeys that && Arrays.equals(keys, that.keys);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(keys);
    }

    @Override
    public String toString() {
        return "LongKeys[" + keys.length + "]";
    }
}
