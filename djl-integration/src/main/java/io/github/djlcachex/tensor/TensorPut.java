package io.github.djlcachex.tensor;

import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.Optional;

/** What became of a put, and of what was stored. A put that is refused has stored nothing. */
public final class TensorPut {

    private final PutOutcome outcome;
    private final @Nullable Head head;
    private final @Nullable Problem problem;

    private TensorPut(PutOutcome outcome, @Nullable Head head, @Nullable Problem problem) {
        this.outcome = outcome;
        this.head = head;
        this.problem = problem;
    }

    static TensorPut stored(Head head) {
        return new TensorPut(PutOutcome.STORED, head, null);
    }

    static TensorPut refused(PutOutcome outcome, Problem problem) {
        return new TensorPut(outcome, null, problem);
    }

    /**
     * Returns the outcome.
     *
     * @return what became of the put
     */
    public PutOutcome outcome() {
        return outcome;
    }

    /**
     * Tells whether the entry was stored.
     *
     * @return true if it was
     */
    public boolean isStored() {
        return outcome == PutOutcome.STORED;
    }

    /**
     * Returns what was stored.
     *
     * @return the entry, or empty if it was refused
     */
    public Optional<TensorEntry> entry() {
        return Optional.ofNullable(head).map(TensorEntry::new);
    }

    /**
     * Returns what was stored, for one who insists on it.
     *
     * @return the entry
     * @throws TensorNotStoredException if it was refused
     */
    public TensorEntry orThrow() {
        if (head == null) {
            throw new TensorNotStoredException(Objects.requireNonNull(problem));
        }
        return new TensorEntry(head);
    }

    @Override
    public String toString() {
        return "TensorPut(" + outcome + (problem == null ? ")" : ", " + problem + ")");
    }
}
