package io.github.djlcachex.internal.io;

/**
 * The errors of reads from mappings of truncated files, which Java 17 throws asynchronously.
 *
 * <p>The JVM records that a read failed and continues with the next instruction. It throws the
 * InternalError at the thread's next call into the runtime, which may be in user code, long after
 * the read.
 */
public final class AsyncReadErrors {

    // Not constant, so that the compilers cannot do without the call into the runtime.
    private static volatile int dimension = 1;

    private AsyncReadErrors() {}

    /**
     * Makes the JVM throw the error that it recorded for a read of this thread, if any.
     *
     * @throws InternalError if a read since the last call failed
     */
    public static void surface() {
        // An array of arrays is made by the runtime, in all compilers and in the interpreter.
        byte[][] made = new byte[dimension][dimension];
        dimension = made.length;
    }
}
