package io.github.djlcachex.arrow;

import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.Problem;

import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Creates Arrow's allocators and turns their failures into exceptions that say what to do.
 *
 * <p>Arrow's memory needs a JVM flag and an allocator library that fits the other libraries of the
 * program. It fails at the first allocation, with errors that name neither.
 */
final class ArrowMemory {

    /** The first Java in which sun.misc.Unsafe may refuse to access memory. */
    private static final int FIRST_REFUSING = 24;

    /** The launcher sets it from the flag {@code --sun-misc-unsafe-memory-access}. */
    private static final String UNSAFE_ACCESS = "sun.misc.unsafe.memory.access";

    /** The JVM tells why a class cannot be initialized at the first use of the class alone. */
    private static final AtomicReference<@Nullable Throwable> FIRST_ERROR = new AtomicReference<>();

    private ArrowMemory() {}

    /**
     * Creates a root allocator that is known to work.
     *
     * @throws ArrowFlagsException if this JVM was started without the flags that Arrow needs
     * @throws ArrowMemoryException if the libraries on the path give Arrow no memory
     */
    static BufferAllocator rootAllocator() {
        BufferAllocator allocator;
        try {
            allocator = new RootAllocator();
        } catch (LinkageError | UnsupportedOperationException | ClassCastException e) {
            throw unusable(e);
        }
        probe(allocator);
        return allocator;
    }

    /**
     * Copies between a buffer of Arrow and one of Java, which fails where the flags are missing.
     */
    static void probe(BufferAllocator allocator) {
        try (ArrowBuf buffer = allocator.buffer(Long.BYTES)) {
            buffer.setBytes(0, ByteBuffer.allocateDirect(Long.BYTES));
        } catch (LinkageError | UnsupportedOperationException | ClassCastException e) {
            throw unusable(e);
        }
    }

    private static CacheException unusable(Throwable latest) {
        FIRST_ERROR.compareAndSet(null, latest);
        Throwable first = FIRST_ERROR.get();
        Throwable error = latest instanceof NoClassDefFoundError && first != null ? first : latest;
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        Module arrow = ArrowBuf.class.getModule();
        boolean opened =
                ByteBuffer.class.getModule().isOpen(ByteBuffer.class.getPackageName(), arrow);
        return opened && !isUnsafeRefused(root)
                ? unfit(root, error)
                : missingFlags(arrow, root, error);
    }

    /**
     * Tells whether Arrow failed because Netty does without Unsafe. Some versions of Netty throw
     * then, others make buffers of a class that Arrow cannot cast.
     */
    private static boolean isUnsafeRefused(Throwable root) {
        return mayRefuseUnsafe()
                && !"allow".equals(System.getProperty(UNSAFE_ACCESS))
                && (root instanceof UnsupportedOperationException
                        || root instanceof ClassCastException);
    }

    private static boolean mayRefuseUnsafe() {
        return Runtime.version().feature() >= FIRST_REFUSING;
    }

    private static ArrowFlagsException missingFlags(Module arrow, Throwable root, Throwable error) {
        String flags =
                "--add-opens=java.base/java.nio="
                        + (arrow.isNamed() ? arrow.getName() : "ALL-UNNAMED");
        String advice = "add the flags; the cache itself needs none";
        if (mayRefuseUnsafe()) {
            flags += " --sun-misc-unsafe-memory-access=allow";
            advice += ". With arrow-memory-unsafe in place of arrow-memory-netty the first will do";
        }
        return new ArrowFlagsException(
                Problem.of(
                        "Arrow memory",
                        "a JVM started with " + flags,
                        "one without (" + root + ")",
                        advice,
                        error));
    }

    private static ArrowMemoryException unfit(Throwable root, Throwable error) {
        return new ArrowMemoryException(
                Problem.of(
                        "Arrow memory",
                        "arrow-memory-netty with the Netty it was built for, or arrow-memory-unsafe, both of"
                                + " arrow-vector's version",
                        root.toString(),
                        "exclude org.apache.arrow:arrow-memory-netty from djlcachex-arrow and depend on"
                                + " org.apache.arrow:arrow-memory-unsafe, which needs no Netty (on a module"
                                + " path with --add-modules org.apache.arrow.memory.unsafe); java.nio is"
                                + " open, so no flag is missing",
                        error));
    }
}
