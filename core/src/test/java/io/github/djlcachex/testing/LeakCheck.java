package io.github.djlcachex.testing;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Holds after each test that no thread, file descriptor or store of the cache is left, nor any
 * other thread that came with the test.
 *
 * <p>JUnit finds it by itself: it is named in {@code META-INF/services}; {@link LeakHook} asks it
 * for properties. At the end of all tests it writes one line to the report. Buffers of Arrow need
 * no look here: an allocator that is closed with one left throws, and one that is not closed leaves
 * the descriptor of its file.
 */
public final class LeakCheck implements BeforeAllCallback, AfterEachCallback {

    private static final ExtensionContext.Namespace SPACE =
            ExtensionContext.Namespace.create(LeakCheck.class);
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final long PATIENCE_NANOS = 5_000_000_000L;
    private static final long PAUSE_NANOS = 1_000_000;
    private static final long MOST_DIRECT_BYTES = 64L << 20;

    /** Threads of the JVM and of the tools, which outlive a test and are no test's own. */
    private static final Pattern SHARED_THREAD =
            Pattern.compile(
                    "ForkJoinPool.commonPool-.*" // the JVM's, also used by Caffeine
                            + "|process reaper.*" // the JVM's, for child processes
                            + "|Common-Cleaner|Cleaner-\\d+|Reference Handler|Finalizer|jnr\\.ffi\\..*"
                            + "|Signal Dispatcher|Notification Thread|Service Thread"
                            + "|Attach Listener|JVMCI.*|RMI .*|JMX .*"
                            + "|CompletableFutureDelayScheduler" // the JVM's, for orTimeout
                            + "|Java2D Disposer" // the JVM's, for images
                            + "|junit-.*|surefire-.*|jqwik.*"
                            + "|JNA Cleaner|JavaCPP Deallocator|.*[Nn]etty.*|threadDeathWatcher.*"
                            + "|lines-of-\\d+" // of a child JVM that was just killed
                            + "|djlcachex-gather-\\d+" // all stores'
                            + "|idle-.*|cpu-.*"); // jnr-fuse's

    private static final Totals TOTALS = new Totals();

    /** What was checked so far, by both engines. */
    private static final class Totals {
        final AtomicInteger tests = new AtomicInteger();
        final AtomicInteger leaks = new AtomicInteger();
        final Set<String> known = ConcurrentHashMap.newKeySet();
        final Set<Thread> before = Thread.getAllStackTraces().keySet();
    }

    /** Ends with all tests of an engine. */
    @SuppressWarnings("try") // a proof may throw anything
    private static final class End implements AutoCloseable {
        @Override
        public void close() throws Exception {
            writeLine();
        }
    }

    /** Writes what was checked so far; a later engine of the same JVM writes it again. */
    static void writeLine() throws Exception {
        String part = Reliability.part();
        if (!part.isEmpty() && !List.of(part.split(",", -1)).contains("T22")) {
            return; // a part of other tests
        }
        String module = Path.of("").toAbsolutePath().getFileName().toString();
        Reliability.prove(
                "T22 leaks in " + module,
                1,
                line -> {
                    line.runs(TOTALS.tests.get());
                    int leaks = TOTALS.leaks.get();
                    long directBytes = directBytesInUse();
                    line.note(
                            leaks
                                    + " of these tests left threads, descriptors or stores; "
                                    + (directBytes >> 10)
                                    + " KiB of direct memory at the end");
                    if (leaks > 0 || directBytes > MOST_DIRECT_BYTES) {
                        throw new AssertionError(leaks + " leaks, direct bytes " + directBytes);
                    }
                });
    }

    /** The garbage collector gives memory back in a thread of its own, a moment later. */
    private static long directBytesInUse() {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        System.gc();
        while (directBytes() > MOST_DIRECT_BYTES && System.nanoTime() < deadline) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return directBytes();
    }

    private static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        context.getRoot().getStore(SPACE).getOrComputeIfAbsent("end", key -> new End(), End.class);
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        check(context.getUniqueId());
    }

    /** Fails if a test left something behind. */
    static void check(String test) throws Exception {
        TOTALS.tests.incrementAndGet();
        List<String> left = new ArrayList<>(awaitNone(TOTALS.known));
        left.removeAll(TOTALS.known); // one leak fails one test
        TOTALS.known.addAll(left);
        if (!left.isEmpty()) {
            TOTALS.leaks.incrementAndGet();
            throw new AssertionError(test + " left behind: " + left);
        }
    }

    /**
     * Threads may need a moment to end after they were told to. Descriptors get none: the garbage
     * collector would close what the cache has forgotten.
     */
    private static List<String> awaitNone(Set<String> known) throws Exception {
        List<String> before = descriptors();
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        List<String> left = leaks();
        while (!known.containsAll(left) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(PAUSE_NANOS);
            left = leaks();
        }
        return known.containsAll(left) ? before : left;
    }

    /** What of the cache is alive in this JVM at this moment. */
    public static List<String> leaks() throws Exception {
        List<String> leaks = new ArrayList<>();
        otherThreads().forEach(name -> leaks.add("thread " + name));
        descriptors().forEach(file -> leaks.add("descriptor of " + file));
        openStores().keySet().forEach(store -> leaks.add("store of " + store));
        return leaks;
    }

    private static List<String> otherThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !TOTALS.before.contains(thread))
                .map(Thread::getName)
                .filter(name -> !SHARED_THREAD.matcher(name).matches())
                .sorted()
                .toList();
    }

    /** The open files below a module's directory; none where the system does not tell. */
    public static List<String> descriptors() throws IOException {
        if (!Files.isDirectory(DESCRIPTORS)) {
            return List.of();
        }
        List<String> open = new ArrayList<>();
        try (Stream<Path> descriptors = Files.list(DESCRIPTORS)) {
            for (Path descriptor : descriptors.toList()) {
                String target = target(descriptor);
                if (target.matches(".*/m-[^/]*-[0-9a-f]{16}(/.*)?")) {
                    open.add(target);
                }
            }
        }
        return open;
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return ""; // closed meanwhile, as the one of this listing is
        }
    }

    private static Map<?, ?> openStores() throws ReflectiveOperationException {
        Field open =
                Class.forName("io.github.djlcachex.internal.store.OpenStores")
                        .getDeclaredField("open");
        open.setAccessible(true);
        synchronized (open.getDeclaringClass()) {
            return Map.copyOf((Map<?, ?>) open.get(null));
        }
    }
}
