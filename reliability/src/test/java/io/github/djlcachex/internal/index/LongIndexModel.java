package io.github.djlcachex.internal.index;

import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;

import org.jetbrains.kotlinx.lincheck.annotations.Operation;
import org.jetbrains.kotlinx.lincheck.annotations.Param;
import org.jetbrains.kotlinx.lincheck.paramgen.IntGen;

/** The index of integer keys as the cache uses it: writers have a lock, readers have none. */
@Param(name = "key", gen = IntGen.class, conf = "1:3")
@Param(name = "row", gen = IntGen.class, conf = "0:5")
public final class LongIndexModel {

    private final Object lock = new Object();
    private final RowIndex index =
            RowIndex.create(KeyType.INT64, 0, (address, keys, position) -> false);

    @Operation
    public long find(@Param(name = "key") int key) {
        return index.find(keys(key), 0);
    }

    @Operation
    public void put(@Param(name = "key") int key, @Param(name = "row") int row) {
        synchronized (lock) {
            index.put(keys(key), 0, Address.of(0, row));
        }
    }

    /** What growth does: all entries in a new table. */
    @Operation
    public void rebuild() {
        synchronized (lock) {
            index.retain(any -> true);
        }
    }

    /** What lost rows lead to. */
    @Operation
    public void dropOddRows() {
        synchronized (lock) {
            index.retain(address -> Address.row(address) % 2 == 0);
        }
    }

    @Operation
    public long size() {
        synchronized (lock) {
            return index.size();
        }
    }

    /** The second key of each batch is meant. */
    private static Keys keys(int key) {
        return Keys.of(key * 0x1_0000_0001L);
    }
}
