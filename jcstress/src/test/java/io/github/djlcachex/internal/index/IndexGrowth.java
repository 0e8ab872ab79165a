package io.github.djlcachex.internal.index;

import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** An index grows by the put of a new key while a reader looks for an old key and the new one. */
@JCStressTest
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "The new key was not there yet.")
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "Both keys were there.")
@Outcome(expect = Expect.FORBIDDEN, desc = "An entry was lost or led elsewhere.")
@State
public class IndexGrowth {

    private static final int FULL = 1024 * 2 / 3;
    private static final Keys NEW = Keys.of(FULL);
    private static final Keys[] OLD = new Keys[FULL];

    static {
        for (int key = 0; key < FULL; key++) {
            OLD[key] = Keys.of(key);
        }
    }

    private final RowIndex index = RowIndex.create(KeyType.INT64, 0, (a, k, p) -> false);

    public IndexGrowth() {
        for (int key = 0; key < FULL; key++) {
            index.put(OLD[key], 0, Address.of(0, key));
        }
    }

    @Actor
    public void writer() {
        index.put(NEW, 0, Address.of(1, FULL));
    }

    @Actor
    public void reader(II_Result result) {
        long added = index.find(NEW, 0);
        result.r2 = added == Address.NONE ? 0 : added == Address.of(1, FULL) ? 1 : 2;
        result.r1 = index.find(OLD[FULL - 1], 0) == Address.of(0, FULL - 1) ? 1 : 2;
    }
}
