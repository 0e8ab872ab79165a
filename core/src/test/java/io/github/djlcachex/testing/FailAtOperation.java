package io.github.djlcachex.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** A rule by which one operation fails, counted over all threads and kinds of operations. */
public final class FailAtOperation implements FaultyStorage.Rule {

    /** How the operation fails. */
    public enum Mode {
        /** It does nothing and fails; the next ones work. */
        ONCE,
        /** It and all later ones do nothing and fail. */
        FOR_EVER,
        /** If it is a write, half of its bytes are in the file; it fails. */
        TORN,
        /** If it is a write or read, it moves half of its bytes and says so. */
        SHORT,
        /** It is done, but fails, as when the answer of a server is lost. */
        DONE
    }

    private final long number;
    private final Mode mode;
    private final Set<FaultyStorage.Op> kinds;
    private final AtomicLong count = new AtomicLong();
    private volatile String failed;

    /**
     * Creates the rule.
     *
     * @param number which operation fails, from 1
     */
    public FailAtOperation(long number, Mode mode) {
        this(number, mode, EnumSet.allOf(FaultyStorage.Op.class));
    }

    /**
     * Creates the rule for some kinds of operations; the others are neither counted nor failed.
     *
     * @param number which operation of these kinds fails, from 1
     */
    public FailAtOperation(long number, Mode mode, Set<FaultyStorage.Op> kinds) {
        this.number = number;
        this.mode = mode;
        this.kinds = EnumSet.copyOf(kinds);
    }

    /** How the operation fails. */
    public Mode mode() {
        return mode;
    }

    /** The operations so far. */
    public long count() {
        return count.get();
    }

    /** Tells whether the operation was reached. */
    public boolean happened() {
        return failed != null;
    }

    @Override
    public void before(FaultyStorage.Op op, Path file) throws IOException {
        if (!kinds.contains(op)) {
            return;
        }
        long now = count.incrementAndGet();
        if (now == number || (now > number && mode == Mode.FOR_EVER)) {
            String message = "injected: " + mode + " at " + now + ", " + op + " of " + file;
            if (failed == null) {
                failed = message;
            }
            throw switch (mode) {
                case ONCE, FOR_EVER -> new IOException(message);
                case TORN -> new FaultyStorage.Partly(FaultyStorage.Partly.Kind.TORN, message);
                case SHORT -> new FaultyStorage.Partly(FaultyStorage.Partly.Kind.SHORT, message);
                case DONE -> new FaultyStorage.Partly(FaultyStorage.Partly.Kind.DONE, message);
            };
        }
    }

    @Override
    public String toString() {
        return failed != null ? failed : mode + " at " + number + ", not reached";
    }
}
