package io.github.djlcachex.cache.arrow;

import io.github.djlcachex.row.ArrowFlagsException;

import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

import java.nio.ByteBuffer;

/** Arrow's own memory, asked once whether this JVM lets it work. */
final class ArrowMemory {

    private static final int FIRST_WITHOUT_UNSAFE = 24;

    private ArrowMemory() {}

    /**
     * Returns a new root allocator.
     *
     * @throws ArrowFlagsException if this JVM was started without the flags that it needs
     */
    static BufferAllocator rootAllocator() {
        try {
            BufferAllocator allocator = new RootAllocator();
            probe(allocator);
            return allocator;
        } catch (LinkageError | UnsupportedOperationException e) {
            throw missingFlags(e);
        }
    }

    /** Copies between a buffer of Arrow and one of Java, which is what needs the flags. */
    static void probe(BufferAllocator allocator) {
        try (ArrowBuf buffer = allocator.buffer(Long.BYTES)) {
            buffer.setBytes(0, ByteBuffer.allocateDirect(Long.BYTES));
        } catch (LinkageError | UnsupportedOperationException e) {
            throw missingFlags(e);
        }
    }

    private static ArrowFlagsException missingFlags(Throwable cause) {
        String flags = "--add-opens=java.base/java.nio=ALL-UNNAMED";
        if (Runtime.version().feature() >= FIRST_WITHOUT_UNSAFE) {
            flags += " --sun-misc-unsafe-memory-access=allow";
        }
        return new ArrowFlagsException(
                "Arrow memory",
                "a JVM started with " + flags,
                "one without (" + cause + ")",
                "add the flags; the cache itself needs none",
                cause);
    }
}
