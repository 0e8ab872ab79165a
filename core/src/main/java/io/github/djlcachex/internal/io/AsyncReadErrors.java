package io.github.djlcachex.internal.io;

/**
 * The errors of reads from mappings whose files were truncated, which Java 17 reports late.
 *
 * <p>There the JVM notes that a read failed, goes on with the next instruction, and throws the
 * InternalError when the thread happens to call into the JVM's runtime: perhaps in the code of the
 * user, long after the read.
 */
public final class AsyncReadErrors {

    // Not constant, so that the compilers cannot do without the call into the runtime.
    private static volatile int dimension = 1;

    private AsyncReadErrors() {}

    /**
     * Makes the JVM throw what it noted of this thread's reads.
     *
     * @throws InternalError if a read since the last call failed
     */
    public static void surface() {
        // An array of arrays is made by the runtime, in all compilers and in the interpreter.
        byte[][] made = new byte[dimension][dimension];
        dimension = made.length;
    }
}
