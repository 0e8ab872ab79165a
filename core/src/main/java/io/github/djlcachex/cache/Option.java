package io.github.djlcachex.cache;

import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.segment.OpenSegment;

import java.time.Duration;
import java.util.function.Supplier;

/** The options that all openers of one store share, with default and limits. */
enum Option {
    MEMORY_TIER_BYTES(
            "memoryTierBytes", () -> Math.min(256L << 20, maxHeapBytes() / 8), 0, 1L << 50),
    SEGMENT_BYTES(
            "segmentBytes",
            () -> Math.max(1L << 20, Math.min(64L << 20, maxHeapBytes() / 16)),
            4096,
            OpenSegment.MAX_BYTES),
    SEGMENT_ROWS("segmentRows", () -> (long) Integer.MAX_VALUE, 1, Integer.MAX_VALUE),
    FLUSH_DELAY_MS("flushDelayMs", () -> 30_000L, 1, dayMs()),
    QUEUE_BYTES(
            "queueBytes",
            () -> Math.max(4L << 20, Math.min(256L << 20, maxHeapBytes() / 4)),
            4096,
            1L << 50),
    WHEN_QUEUE_FULL("whenQueueFull", () -> FullQueuePolicy.WAIT),
    PUT_WAIT_MS("putWaitMs", () -> 10_000L, 0, dayMs()),
    WRITE_MODE("writeMode", () -> WriteMode.BACKGROUND),
    CHECKPOINT_ROWS("checkpointRows", () -> 250_000L, 0, 1L << 50),
    REFRESH_INTERVAL_MS("refreshIntervalMs", () -> 2_000L, 0, dayMs()),
    VERIFICATION("verification", () -> Verification.EVERY_READ),
    READ_MODE("readMode", () -> ReadMode.AUTOMATIC),
    DURABILITY("durability", () -> Durability.FSYNC),
    SHUTDOWN_HOOK("shutdownHook", () -> true),
    CLOSE_TIMEOUT_MS("closeTimeoutMs", () -> 60_000L, 0, dayMs());

    private final String label;

    @SuppressWarnings("ImmutableEnumChecker") // only constant lambdas are passed
    private final Supplier<Object> defaultValue;

    private final long min;
    private final long max;

    Option(String label, Supplier<Object> defaultValue) {
        this(label, defaultValue, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    Option(String label, Supplier<Object> defaultValue, long min, long max) {
        this.label = label;
        this.defaultValue = defaultValue;
        this.min = min;
        this.max = max;
    }

    String label() {
        return label;
    }

    Object defaultValue() {
        return defaultValue.get();
    }

    /** Refuses a value that is out of the limits. */
    void check(long value) {
        if (value < min || value > max) {
            throw new InvalidOptionException(
                    "option " + label,
                    min + " to " + max,
                    Long.toString(value),
                    "choose a value within the limits");
        }
    }

    private static long maxHeapBytes() {
        return Runtime.getRuntime().maxMemory();
    }

    private static long dayMs() {
        return Duration.ofDays(1).toMillis();
    }
}
