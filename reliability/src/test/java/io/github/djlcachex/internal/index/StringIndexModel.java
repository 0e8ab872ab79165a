package io.github.djlcachex.internal.index;

import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.StringKeys;
import io.github.djlcachex.testing.Collisions;

import org.jetbrains.kotlinx.lincheck.annotations.Operation;
import org.jetbrains.kotlinx.lincheck.annotations.Param;
import org.jetbrains.kotlinx.lincheck.paramgen.IntGen;

/**
 * The index of string keys that all have one hash, as the cache uses it: a row with its key is
 * written plainly, then the key gets the row's address, and readers compare without a lock.
 */
@Param(name = "key", gen = IntGen.class, conf = "0:2")
public final class StringIndexModel {

    private static final int SEED = 42;
    private static final StringKeys KEYS = Keys.ofStrings(Collisions.of(SEED, 3));

    private final Object lock = new Object();
    private final String[] keyOfRow = new String[32];
    private final RowIndex index = RowIndex.create(KeyType.UTF8, SEED, this::matches);
    private int rows;

    private boolean matches(long address, StringKeys keys, int position) {
        return keys.get(position).equals(keyOfRow[Address.row(address)]);
    }

    /** The key of the row that a key leads to. */
    @Operation
    public String keyAt(@Param(name = "key") int key) {
        long address = index.find(KEYS, key);
        return address == Address.NONE ? "none" : keyOfRow[Address.row(address)];
    }

    /** Adds a row for a key that has none, and returns its number. */
    @Operation
    public int add(@Param(name = "key") int key) {
        synchronized (lock) {
            if (index.find(KEYS, key) != Address.NONE) {
                return -1;
            }
            keyOfRow[rows] = KEYS.get(key);
            index.put(KEYS, key, Address.of(0, rows));
            return rows++;
        }
    }

    @Operation
    public void rebuild() {
        synchronized (lock) {
            index.retain(any -> true);
        }
    }

    @Operation
    public void dropOddRows() {
        synchronized (lock) {
            index.retain(address -> Address.row(address) % 2 == 0);
        }
    }
}
