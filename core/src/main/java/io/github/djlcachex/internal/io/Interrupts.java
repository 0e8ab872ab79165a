package io.github.djlcachex.internal.io;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;

/** File operations that an interrupt of the calling thread does not break. */
public final class Interrupts {

    private Interrupts() {}

    /** A step that may fail. */
    public interface IoCall<T> {

        /** Runs the step. It must be safe to run again after an interrupt broke it. */
        T run() throws IOException;
    }

    /**
     * Runs a step with the thread's interrupt put aside, again if an interrupt arrives in its
     * middle, and then sets the interrupt again.
     */
    public static <T> T shield(IoCall<T> call) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return call.run();
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
