package io.github.djlcachex.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/** Threads that start together, and whose failures fail the test. */
public final class TestThreads {

    /** A step of a test that may fail. */
    public interface Step {
        void run() throws Exception;
    }

    private final List<Thread> threads = new ArrayList<>();
    private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final CountDownLatch start = new CountDownLatch(1);

    /** Adds a thread, which waits for {@link #joinAll} or {@link #startAll}. */
    public Thread add(Step step) {
        Thread thread =
                new Thread(
                        () -> {
                            try {
                                awaitStart();
                                step.run();
                            } catch (Throwable e) {
                                failures.add(e);
                            }
                        },
                        "test-" + threads.size());
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
        return thread;
    }

    /** An interrupt that comes this early is kept for the step. */
    private void awaitStart() {
        boolean interrupted = false;
        while (start.getCount() > 0) {
            try {
                start.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets all threads run. */
    public void startAll() {
        start.countDown();
    }

    /** Lets all threads run, waits for their end, and fails if one of them failed. */
    public void joinAll() {
        startAll();
        threads.forEach(Await::end);
        for (Throwable failure : failures) {
            throw new AssertionError("a thread failed", failure);
        }
    }

    /** The names of the live threads of stores; those that help to gather are the JVM's. */
    public static List<String> ofCache() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("djlcachex-"))
                .filter(name -> !name.startsWith("djlcachex-gather-"))
                .sorted()
                .toList();
    }
}
