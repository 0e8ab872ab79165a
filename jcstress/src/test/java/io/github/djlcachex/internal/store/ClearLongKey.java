package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.index.Address;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** All sources and index entries are forgotten, as a clear does, while the row is read. */
@JCStressTest
@Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "A miss.")
@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "The whole row.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A row that nobody wrote.")
@State
public class ClearLongKey {

    private final Raced raced = new Raced(Raced.LONG_KEY);

    public ClearLongKey() {
        raced.publish(Address.of(raced.sources.add(raced.filled()), 0));
    }

    @Actor
    public void writer() {
        raced.sources.clear();
        raced.index.retain(any -> false);
    }

    @Actor
    public void reader(I_Result result) {
        result.r1 = raced.read();
    }
}
