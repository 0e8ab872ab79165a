package io.github.djlcachex.internal.index;

import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.StringKeys;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A row is written plainly, then its string key gets an address; a reader that finds the address
 * must see the row, and the key that its matcher compares.
 */
@JCStressTest
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "No key was there yet.")
@Outcome(id = "0, 7", expect = Expect.ACCEPTABLE, desc = "The first came between the looks.")
@Outcome(id = "8, 7", expect = Expect.ACCEPTABLE, desc = "Both rows were seen.")
@Outcome(expect = Expect.FORBIDDEN, desc = "An entry was seen without its row.")
@State
public class IndexEntry {

    private static final StringKeys KEYS = Keys.of("first", "second");

    private final String[] keyOfRow = new String[2];
    private final int[] rows = new int[2];
    private final RowIndex index = RowIndex.create(KeyType.UTF8, 1, this::matches);

    private boolean matches(long address, StringKeys keys, int position) {
        return keys.get(position).equals(keyOfRow[Address.row(address)]);
    }

    @Actor
    public void writer() {
        for (int row = 0; row < 2; row++) {
            keyOfRow[row] = KEYS.get(row);
            rows[row] = 7 + row;
            index.put(KEYS, row, Address.of(0, row));
        }
    }

    @Actor
    public void reader(II_Result result) {
        result.r1 = row(1);
        result.r2 = row(0);
    }

    private int row(int key) {
        long address = index.find(KEYS, key);
        return address == Address.NONE ? 0 : rows[Address.row(address)];
    }
}
