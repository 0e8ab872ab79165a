package io.github.djlcachex.io;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A file that is being written, from front to back, by one thread. */
public interface WritableFile extends Closeable {

    /**
     * Writes bytes after those already written. It may write fewer than remain: the caller loops.
     *
     * @param source the bytes
     * @return the number of bytes written
     * @throws IOException if nothing more can be written
     */
    int write(ByteBuffer source) throws IOException;

    /**
     * Makes the content and the length durable. After a failure the content is lost: the file must
     * be given up, and never forced again.
     *
     * @throws IOException if the content could not be made durable
     */
    void force() throws IOException;
}
