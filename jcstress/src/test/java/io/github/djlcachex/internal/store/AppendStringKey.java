package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.index.Address;
import io.github.djlcachex.internal.segment.OpenSegment;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** A row is appended to a new open segment and its key gets an address, while it is read. */
@JCStressTest
@Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "A miss.")
@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "The whole row.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A row that nobody wrote.")
@State
public class AppendStringKey {

    private final Raced raced = new Raced(Raced.STRING_KEY);

    @Actor
    public void writer() {
        OpenSegment segment = raced.newSegment();
        int source = raced.sources.add(segment);
        raced.publish(Address.of(source, raced.append(segment)));
    }

    @Actor
    public void reader(I_Result result) {
        result.r1 = raced.read();
    }
}
