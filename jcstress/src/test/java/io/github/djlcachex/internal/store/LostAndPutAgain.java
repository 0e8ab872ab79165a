package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.index.Address;
import io.github.djlcachex.internal.segment.OpenSegment;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** The row's segment is lost and the row put again, in another segment, while it is read. */
@JCStressTest
@Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "A miss.")
@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "The whole row.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A row that nobody wrote.")
@State
public class LostAndPutAgain {

    private final Raced raced = new Raced(Raced.LONG_KEY);
    private final int lost = raced.sources.add(raced.filled());

    public LostAndPutAgain() {
        raced.publish(Address.of(lost, 0));
    }

    @Actor
    public void writer() {
        raced.sources.replace(lost, null);
        OpenSegment segment = raced.newSegment();
        int source = raced.sources.add(segment);
        raced.publish(Address.of(source, raced.append(segment)));
    }

    @Actor
    public void reader(I_Result result) {
        result.r1 = raced.read();
    }
}
