package io.github.djlcachex.spark.internal;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Leases are what is open in this JVM for tasks of Spark: one value for each key, which all tasks
 * that need it share.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
public final class Leases<K, V> {

    /*
     * A task leases the value, and the last one that gives it back leaves it open: the next task of
     * the run comes at once, and to open a value may take a minute. No message tells an executor
     * that a job has ended, so a value without a lease is closed some seconds later. All fields of
     * entries are guarded by this object; opening holds its lock, since the tasks of one run need
     * the same value, and different runs in one JVM are rare.
     */

    private static final Logger logger = LoggerFactory.getLogger(Leases.class);
    private static final long IDLE_SECONDS = 30;
    private static final ScheduledExecutorService CLOSER =
            Executors.newSingleThreadScheduledExecutor(
                    task -> {
                        Thread thread = new Thread(task, "djlcachex-spark-closer");
                        thread.setDaemon(true);
                        return thread;
                    });

    private final Map<K, Entry<V>> open = new HashMap<>();
    private final Consumer<V> closing;

    private static final class Entry<V> {
        final V value;
        int leases;
        long lastLease;

        Entry(V value) {
            this.value = value;
        }
    }

    /** A Lease keeps a value open. It is closed once. */
    public final class Lease implements AutoCloseable {

        private final K key;
        private final V value;

        private Lease(K key, V value) {
            this.key = key;
            this.value = value;
        }

        /** The value. */
        public V value() {
            return value;
        }

        @Override
        public void close() {
            release(key);
        }

        /** Gives the lease back, and closes the value now if no other lease is on it. */
        public void closeValue() {
            release(key);
            closeIdle(key);
        }
    }

    /** Nothing is open yet. */
    public Leases(Consumer<V> closing) {
        this.closing = closing;
    }

    /** Leases the value of a key, which is opened if it is not open. */
    public synchronized Lease lease(K key, Supplier<V> opening) {
        Entry<V> entry = open.get(key);
        if (entry == null) {
            entry = new Entry<>(opening.get());
            open.put(key, entry);
        }
        entry.leases++;
        entry.lastLease++;
        return new Lease(key, entry.value);
    }

    private synchronized void release(K key) {
        Entry<V> entry = open.get(key);
        if (entry != null && --entry.leases == 0) {
            long lease = entry.lastLease;
            Future<?> unused =
                    CLOSER.schedule(() -> closeIdle(key, lease), IDLE_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** Closes the value of a key now, if it is open and no lease is on it. */
    public void closeIdle(K key) {
        closeIdle(key, Long.MAX_VALUE);
    }

    /** Closes a value that no task has leased since a lease. */
    private void closeIdle(K key, long lastLease) {
        Entry<V> entry = takeIdle(key, lastLease);
        if (entry != null) {
            try {
                closing.accept(entry.value);
            } catch (RuntimeException e) {
                logger.warn("{} could not be closed; its rows were flushed before", key, e);
            }
        }
    }

    private synchronized @Nullable Entry<V> takeIdle(K key, long lastLease) {
        Entry<V> entry = open.get(key);
        boolean idle = entry != null && entry.leases == 0 && entry.lastLease <= lastLease;
        return idle ? open.remove(key) : null;
    }
}
