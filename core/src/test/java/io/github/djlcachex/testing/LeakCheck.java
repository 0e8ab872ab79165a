package io.github.djlcachex.testing;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Holds after each test that no thread, file descriptor or store of the cache is left.
 *
 * <p>JUnit finds it by itself: it is named in {@code META-INF/services}. At the end of all tests it
 * writes one line to the report.
 */
public final class LeakCheck implements BeforeAllCallback, AfterEachCallback {

    private static final ExtensionContext.Namespace SPACE =
            ExtensionContext.Namespace.create(LeakCheck.class);
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final long PATIENCE_NANOS = 5_000_000_000L;
    private static final long PAUSE_NANOS = 1_000_000;

    /** What was checked so far; JUnit closes it after the last test. */
    @SuppressWarnings("try") // a proof may throw anything
    private static final class Totals implements AutoCloseable {
        final AtomicInteger tests = new AtomicInteger();
        final AtomicInteger leaks = new AtomicInteger();
        final Set<String> known = new HashSet<>();

        @Override
        public void close() throws Exception {
            String module = Path.of("").toAbsolutePath().getFileName().toString();
            Reliability.prove(
                    "T22 leaks in " + module,
                    1,
                    line -> {
                        line.runs(tests.get());
                        line.note(
                                leaks.get()
                                        + " of these tests left threads, descriptors or stores");
                        if (leaks.get() > 0) {
                            throw new AssertionError(leaks.get() + " tests leaked");
                        }
                    });
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        totals(context);
    }

    private static Totals totals(ExtensionContext context) {
        return context.getRoot()
                .getStore(SPACE)
                .getOrComputeIfAbsent("totals", key -> new Totals(), Totals.class);
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        Totals totals = totals(context);
        totals.tests.incrementAndGet();
        List<String> left = new ArrayList<>(awaitNone(totals.known));
        left.removeAll(totals.known); // one leak fails one test
        totals.known.addAll(left);
        if (!left.isEmpty()) {
            totals.leaks.incrementAndGet();
            throw new AssertionError(context.getUniqueId() + " left behind: " + left);
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
        TestThreads.ofCache().forEach(name -> leaks.add("thread " + name));
        descriptors().forEach(file -> leaks.add("descriptor of " + file));
        openStores().keySet().forEach(store -> leaks.add("store of " + store));
        return leaks;
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
        Field open = Class.forName("io.github.djlcachex.cache.Stores").getDeclaredField("open");
        open.setAccessible(true);
        synchronized (open.getDeclaringClass()) {
            return Map.copyOf((Map<?, ?>) open.get(null));
        }
    }
}
