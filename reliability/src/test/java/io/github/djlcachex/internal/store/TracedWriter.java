package io.github.djlcachex.internal.store;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.testing.TestRows;

import java.io.IOException;
import java.nio.file.Path;

/**
 * What a child JVM does under strace: opens, puts and flushes three times, acknowledges each.
 *
 * <p>It says "ready" and waits for a line twice, so that a tracer can be attached to the thread
 * that it wants: before the cache is opened, and before the first flush, when the flusher's thread
 * runs.
 */
final class TracedWriter {

    /** The thread that calls the cache, by the name that Linux shows. */
    static final String CALLER = "traced-caller";

    /** The flusher's thread; Linux shows 15 bytes of a name. */
    static final String FLUSHER = "djlcachex-flush";

    static final int FLUSHES = 3;
    static final int ROWS_OF_A_FLUSH = 20;

    private TracedWriter() {}

    public static void main(String[] args) throws InterruptedException {
        Thread caller = new Thread(() -> run(Path.of(args[0])), CALLER);
        caller.start();
        caller.join();
    }

    private static void run(Path directory) {
        awaitGo();
        try (FeatureCache cache = Caches.at(directory).open()) {
            Caches.put(cache, TestRows.range(0, ROWS_OF_A_FLUSH));
            awaitGo();
            for (int flushes = 1; flushes <= FLUSHES; flushes++) {
                if (!cache.flush().isComplete()) {
                    throw new IllegalStateException("not all is on disk");
                }
                long rows = (long) flushes * ROWS_OF_A_FLUSH;
                say("flushed " + rows);
                if (flushes < FLUSHES) {
                    Caches.put(cache, TestRows.range(rows, rows + ROWS_OF_A_FLUSH));
                }
            }
        }
        say("closed");
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private static void awaitGo() {
        say("ready");
        try {
            if (System.in.read() < 0) {
                throw new IllegalStateException("the parent is gone");
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
