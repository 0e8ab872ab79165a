package io.github.djlcachex.internal.io;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A file that is open for reading. Safe for use by many threads. */
public interface ReadableFile extends Closeable {

    /** Java copies through direct memory of a read's size, which it keeps for the thread. */
    int MAX_READ_BYTES = 1 << 20;

    /**
     * Returns the length of the file.
     *
     * @return the length in bytes
     */
    long sizeBytes() throws IOException;

    /**
     * Reads bytes at a position. It may read fewer than remain.
     *
     * @param position the offset in the file
     * @return the number of bytes read, or -1 at the end of the file
     */
    int read(ByteBuffer target, long position) throws IOException;

    /**
     * Maps a part of the file for reading. The mapping outlives {@link #close} and is freed by the
     * garbage collector.
     *
     * @param position where the part starts
     * @param sizeBytes the number of bytes to map, all of them within the file
     * @return the mapping, big-endian
     */
    ByteBuffer map(long position, long sizeBytes) throws IOException;

    /**
     * Reads until a buffer is full.
     *
     * @param position the offset in the file
     * @throws EOFException if the file ends before
     */
    default void readFully(ByteBuffer target, long position) throws IOException {
        long at = position;
        int end = target.limit();
        while (target.position() < end) {
            target.limit(Math.min(end, target.position() + MAX_READ_BYTES));
            int read = read(target, at);
            if (read < 0) {
                throw new EOFException("end of file at " + at + ", wanted " + target.remaining());
            }
            at += read;
        }
    }
}
