package io.github.djlcachex.internal.io;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A file that is being written, from front to back, by one thread. */
public interface WritableFile extends Closeable {

    /** Java copies through direct memory of a write's size, which it keeps for the thread. */
    int MAX_WRITE_BYTES = 1 << 20;

    /**
     * Writes bytes after those already written. It may write fewer than remain: the caller loops.
     *
     * @param source the bytes
     * @return the number of bytes written
     */
    int write(ByteBuffer source) throws IOException;

    /**
     * Writes all bytes of a buffer, and goes on after short writes.
     *
     * @param source the bytes; its position stays
     */
    default void writeFully(ByteBuffer source) throws IOException {
        int end = source.limit();
        ByteBuffer rest = source.duplicate();
        while (rest.position() < end) {
            rest.limit(Math.min(end, rest.position() + MAX_WRITE_BYTES));
            write(rest);
        }
    }

    /**
     * Says that what was written is going to be forced, so that this may begin while more is
     * written. Returns at once. What fails is reported by {@link #force}.
     */
    default void forceSoon() {}

    /**
     * Makes the content and the length durable. After a failure the content is lost: the file must
     * be given up, and never forced again.
     */
    void force() throws IOException;
}
