package io.github.djlcachex.cache;

import io.github.djlcachex.row.InvalidOptionException;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** The values of all options of a store, and which of them the user set. */
final class CacheOptions {

    private final Map<Option, Object> set;
    private final Map<Option, Object> values = new EnumMap<>(Option.class);

    CacheOptions(Map<Option, Object> set) {
        this.set = new EnumMap<>(Option.class);
        this.set.putAll(set);
        for (Option option : Option.values()) {
            values.put(option, set.getOrDefault(option, option.defaultValue()));
        }
    }

    /** Refuses to share a store that was opened with another value of an option set here. */
    void checkShareable(CacheOptions open, String directory) {
        set.forEach(
                (option, value) -> {
                    if (!value.equals(open.values.get(option))) {
                        throw new InvalidOptionException(
                                "option " + option.label() + " for " + directory,
                                open.values.get(option) + ", with which this JVM has it open",
                                value.toString(),
                                "use the same value, leave it unset, or close the other cache");
                    }
                });
    }

    private long number(Option option) {
        return (long) Objects.requireNonNull(values.get(option));
    }

    long memoryTierBytes() {
        return number(Option.MEMORY_TIER_BYTES);
    }

    long segmentBytes() {
        return number(Option.SEGMENT_BYTES);
    }

    int segmentRows() {
        return (int) number(Option.SEGMENT_ROWS);
    }

    long flushDelayMs() {
        return number(Option.FLUSH_DELAY_MS);
    }

    long queueBytes() {
        return number(Option.QUEUE_BYTES);
    }

    boolean waitWhenQueueFull() {
        return values.get(Option.WHEN_QUEUE_FULL) == FullQueuePolicy.WAIT;
    }

    long putWaitMs() {
        return number(Option.PUT_WAIT_MS);
    }

    boolean synchronousWrites() {
        return values.get(Option.WRITE_MODE) == WriteMode.SYNCHRONOUS;
    }

    /** 0 if none is written. */
    long checkpointRows() {
        return number(Option.CHECKPOINT_ROWS);
    }

    long refreshIntervalMs() {
        return number(Option.REFRESH_INTERVAL_MS);
    }

    boolean verifies() {
        return values.get(Option.VERIFICATION) != Verification.OFF;
    }

    boolean verifiesOnce() {
        return values.get(Option.VERIFICATION) == Verification.FIRST_READ;
    }

    boolean readMode(ReadMode mode) {
        return values.get(Option.READ_MODE) == mode;
    }

    boolean fsync() {
        return values.get(Option.DURABILITY) == Durability.FSYNC;
    }

    boolean shutdownHook() {
        return Boolean.TRUE.equals(values.get(Option.SHUTDOWN_HOOK));
    }

    long closeTimeoutMs() {
        return number(Option.CLOSE_TIMEOUT_MS);
    }
}
