package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.index.Address;
import io.github.djlcachex.internal.segment.OpenSegment;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** A source number goes from the open segment to its file, while the row is read. */
@JCStressTest
@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "The whole row.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A row that nobody wrote.")
@State
public class CommitStringKey {

    private final Raced raced = new Raced(Raced.STRING_KEY);
    private final OpenSegment segment = raced.filled();
    private final int source = raced.sources.add(segment);

    public CommitStringKey() {
        raced.publish(Address.of(source, 0));
        raced.write(segment);
    }

    @Actor
    public void writer() {
        raced.sources.replace(source, raced.open());
    }

    @Actor
    public void reader(I_Result result) {
        result.r1 = raced.read();
    }
}
