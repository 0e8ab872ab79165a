package io.github.djlcachex.internal.io;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The mappings of a process: at most so many that the kernel does not refuse the next one.
 *
 * <p>Where it refuses, the JVM dies of the next thread or heap region that it cannot map. So an
 * eighth of what the kernel allows is left to all others in the process. A mapping counts until the
 * garbage collector has freed it. Safe for use by many threads.
 */
public final class Mappings {

    private static final Logger logger = LoggerFactory.getLogger(Mappings.class);

    private static final Path KERNEL_LIMIT = Path.of("/proc/sys/vm/max_map_count");

    /** What Linux allows by default; other systems allow more. */
    private static final int DEFAULT_KERNEL_LIMIT = 65_530;

    private static final int MAX_DIGITS = 64;

    private static final int LEFT_TO_OTHERS = 8;

    /** Each refusal costs a garbage collection, which the JDK does before it gives up. */
    private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** Those of this process, by all stores together. */
    public static final Mappings OF_PROCESS = new Mappings(limit());

    private final int most;
    private final ReferenceQueue<ByteBuffer> freed = new ReferenceQueue<>();

    @GuardedBy("this") private final Set<Reference<ByteBuffer>> counted = new HashSet<>();

    @GuardedBy("this") private int opening;

    @GuardedBy("this") private boolean refused;

    @GuardedBy("this") private long refusedAtNanos;

    Mappings(int most) {
        this.most = most;
    }

    private static int limit() {
        int allowed = DEFAULT_KERNEL_LIMIT;
        // Read at once: the kernel gives what is asked for first, and nothing more.
        try (InputStream file = Files.newInputStream(KERNEL_LIMIT)) {
            byte[] text = file.readNBytes(MAX_DIGITS);
            allowed = Integer.parseInt(new String(text, StandardCharsets.US_ASCII).strip());
        } catch (IOException | SecurityException | IllegalArgumentException e) {
            logger.debug("no {} to read", KERNEL_LIMIT, e);
        }
        return allowed - allowed / LEFT_TO_OTHERS;
    }

    int most() {
        return most;
    }

    /**
     * Maps a part of a file for reading, if there is room for another mapping.
     *
     * @param position where the part starts
     * @param sizeBytes the number of bytes to map
     * @return the mapping, big-endian; or null if it has to be read otherwise
     */
    public @Nullable ByteBuffer map(ReadableFile file, long position, long sizeBytes) {
        if (!enter()) {
            return null;
        }
        ByteBuffer map = null;
        try {
            map = file.map(position, sizeBytes);
        } catch (IOException | OutOfMemoryError e) {
            logger.debug("a mapping was refused; the file is read by positional reads", e);
            if (e instanceof OutOfMemoryError || e.getCause() instanceof OutOfMemoryError) {
                rest();
            }
        } finally {
            leave(map);
        }
        return map;
    }

    private synchronized boolean enter() {
        for (var gone = freed.poll(); gone != null; gone = freed.poll()) {
            counted.remove(gone);
        }
        boolean rests = refused && System.nanoTime() - refusedAtNanos < REST_NANOS;
        if (rests || counted.size() + opening >= most) {
            return false;
        }
        opening++;
        return true;
    }

    private synchronized void leave(@Nullable ByteBuffer map) {
        opening--;
        if (map != null) {
            counted.add(new PhantomReference<>(map, freed));
        }
    }

    private synchronized void rest() {
        refused = true;
        refusedAtNanos = System.nanoTime();
    }
}
