package io.github.djlcachex.cache.arrow;

import io.github.djlcachex.row.ArrowFlagsException;
import io.github.djlcachex.row.CacheException;

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
     * @throws CacheException if Arrow's memory cannot be used for another reason
     */
    static BufferAllocator rootAllocator() {
        try {
            BufferAllocator allocator = new RootAllocator();
            probe(allocator);
            return allocator;
        } catch (LinkageError | UnsupportedOperationException e) {
            throw unusable(e);
        }
    }

    /** Copies between a buffer of Arrow and one of Java, which is what needs the flags. */
    static void probe(BufferAllocator allocator) {
        try (ArrowBuf buffer = allocator.buffer(Long.BYTES)) {
            buffer.setBytes(0, ByteBuffer.allocateDirect(Long.BYTES));
        } catch (LinkageError | UnsupportedOperationException e) {
            throw unusable(e);
        }
    }

    private static CacheException unusable(Throwable cause) {
        Module arrow = ArrowBuf.class.getModule();
        boolean opened =
                ByteBuffer.class.getModule().isOpen(ByteBuffer.class.getPackageName(), arrow);
        // Without sun.misc.Unsafe each of its methods says so by this exception.
        boolean refused = opened && cause instanceof UnsupportedOperationException;
        return opened && !refused ? unlinked(cause) : missingFlags(arrow, cause);
    }

    private static ArrowFlagsException missingFlags(Module arrow, Throwable cause) {
        String flags =
                "--add-opens=java.base/java.nio="
                        + (arrow.isNamed() ? arrow.getName() : "ALL-UNNAMED");
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

    private static CacheException unlinked(Throwable cause) {
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return new CacheException(
                "Arrow memory",
                "arrow-memory-netty or arrow-memory-unsafe of arrow-vector's version, with what it"
                        + " depends on, on the path",
                root.toString(),
                "look for what is missing or of another version; java.nio is open, so no flag is"
                        + " missing. On a module path arrow-memory-netty collides with Netty: take"
                        + " arrow-memory-unsafe and --add-modules org.apache.arrow.memory.unsafe",
                cause);
    }
}
