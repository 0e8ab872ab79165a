package io.github.djlcachex.internal.store;

import io.github.djlcachex.cache.ChecksumPolicy;
import io.github.djlcachex.cache.Durability;
import io.github.djlcachex.cache.FullQueuePolicy;
import io.github.djlcachex.cache.MaintenanceMode;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.cache.WriteMode;
import io.github.djlcachex.internal.segment.OpenSegment;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Problem;

import java.time.Duration;
import java.util.function.Supplier;

/** The options that all openers of one store share, with default and limits. */
public enum StoreOption {
    MEMORY_TIER_BYTES(
            "memoryTierBytes", () -> Math.min(256L << 20, maxHeapBytes() / 8), 0, 1L << 50),
    SEGMENT_BYTES(
            "segmentBytes",
            () -> Math.max(1L << 20, Math.min(64L << 20, maxHeapBytes() / 16)),
            4096,
            OpenSegment.MAX_BYTES),
    SEGMENT_ROWS("segmentRows", () -> (long) Integer.MAX_VALUE, 1, Integer.MAX_VALUE),
    FLUSH_DELAY_MS("flushDelay", () -> 30_000L, 1, dayMs()),
    WRITE_QUEUE_BYTES(
            "writeQueueBytes",
            () -> Math.max(4L << 20, Math.min(256L << 20, maxHeapBytes() / 4)),
            4096,
            1L << 50),
    WHEN_QUEUE_FULL("whenQueueFull", () -> FullQueuePolicy.WAIT),
    PUT_TIMEOUT_MS("putTimeout", () -> 10_000L, 0, dayMs()),
    WRITE_MODE("writeMode", () -> WriteMode.BACKGROUND),
    INDEX_SNAPSHOT_ROWS("indexSnapshotRows", () -> 250_000L, 0, 1L << 50),
    MAINTENANCE("maintenance", () -> MaintenanceMode.AUTOMATIC),
    REFRESH_INTERVAL_MS("refreshInterval", () -> 2_000L, 0, dayMs()),
    STORE_AS("storeAs", () -> StoredColumns.AS_THEY_ARE),
    CHECKSUM_POLICY("checksumPolicy", () -> ChecksumPolicy.EVERY_READ),
    READ_THREADS("readThreads", () -> GatherPool.DEFAULT_HELPERS + 1L, 1, 64),
    READ_MODE("readMode", () -> ReadMode.AUTOMATIC),
    DURABILITY("durability", () -> Durability.FSYNC),
    SHUTDOWN_HOOK("shutdownHook", () -> true),
    JMX("jmx", () -> false),
    EXPIRE_AFTER_WRITE_MS("expireAfterWrite", () -> 0L, hourMs(), 3650 * dayMs()),
    CLOSE_TIMEOUT_MS("closeTimeout", () -> 60_000L, 0, dayMs());

    private final String label;

    @SuppressWarnings("ImmutableEnumChecker") // only constant lambdas are passed
    private final Supplier<Object> defaultValue;

    private final long min;
    private final long max;

    StoreOption(String label, Supplier<Object> defaultValue) {
        this(label, defaultValue, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    StoreOption(String label, Supplier<Object> defaultValue, long min, long max) {
        this.label = label;
        this.defaultValue = defaultValue;
        this.min = min;
        this.max = max;
    }

    public String label() {
        return label;
    }

    Object defaultValue() {
        return defaultValue.get();
    }

    /** Refuses a value that is out of the limits. */
    public void check(long value) {
        if (value < min || value > max) {
            throw new InvalidOptionException(
                    Problem.of(
                            "option " + label,
                            min + " to " + max,
                            Long.toString(value),
                            "choose a value within the limits"));
        }
    }

    /** Returns a time in milliseconds, rounded up, or refuses it. */
    public long checkedMillis(Duration value) {
        Duration least = Duration.ofMillis(min);
        Duration most = Duration.ofMillis(max);
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new InvalidOptionException(
                    Problem.of(
                            "option " + label,
                            least + " to " + most,
                            value.toString(),
                            "choose a time within the limits"));
        }
        return value.plusNanos(999_999).toMillis();
    }

    private static long maxHeapBytes() {
        return Runtime.getRuntime().maxMemory();
    }

    private static long hourMs() {
        return Duration.ofHours(1).toMillis();
    }

    private static long dayMs() {
        return Duration.ofDays(1).toMillis();
    }
}
