package io.github.djlcachex.internal.store;

import io.github.djlcachex.cache.ChecksumPolicy;
import io.github.djlcachex.cache.Durability;
import io.github.djlcachex.cache.FullQueuePolicy;
import io.github.djlcachex.cache.MaintenanceMode;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.cache.WriteMode;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Problem;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** The values of all options of a store, and which of them the user set. */
public final class StoreOptions {

    private static final Logger logger = LoggerFactory.getLogger(StoreOptions.class);

    private final Map<StoreOption, Object> set;
    private final Map<StoreOption, Object> values = new EnumMap<>(StoreOption.class);
    private final int readHelpers;

    public StoreOptions(Map<StoreOption, Object> set) {
        this.set = new EnumMap<>(StoreOption.class);
        this.set.putAll(set);
        for (StoreOption option : StoreOption.values()) {
            values.put(option, set.getOrDefault(option, option.defaultValue()));
        }
        readHelpers = (int) (long) Objects.requireNonNull(values.get(StoreOption.READ_THREADS)) - 1;
    }

    /** Refuses to share a store that was opened with another value of an option set here. */
    void checkShareable(StoreOptions open, String directory) {
        set.forEach(
                (option, value) -> {
                    if (!value.equals(open.values.get(option))) {
                        throw new InvalidOptionException(
                                Problem.of(
                                        "option " + option.label() + " for " + directory,
                                        open.values.get(option)
                                                + ", with which this JVM has it open",
                                        value.toString(),
                                        "use the same value, leave it unset, or close the other cache"));
                    }
                });
    }

    /** The threads that may help a caller to read its batch. */
    int readHelpers() {
        return readHelpers;
    }

    private long number(StoreOption option) {
        return (long) Objects.requireNonNull(values.get(option));
    }

    long memoryTierBytes() {
        return number(StoreOption.MEMORY_TIER_BYTES);
    }

    long segmentBytes() {
        return number(StoreOption.SEGMENT_BYTES);
    }

    int segmentRows() {
        return (int) number(StoreOption.SEGMENT_ROWS);
    }

    long flushDelayMs() {
        return number(StoreOption.FLUSH_DELAY_MS);
    }

    long writeQueueBytes() {
        return number(StoreOption.WRITE_QUEUE_BYTES);
    }

    boolean waitWhenQueueFull() {
        return values.get(StoreOption.WHEN_QUEUE_FULL) == FullQueuePolicy.WAIT;
    }

    long putTimeoutMs() {
        return number(StoreOption.PUT_TIMEOUT_MS);
    }

    boolean synchronousWrites() {
        return values.get(StoreOption.WRITE_MODE) == WriteMode.SYNCHRONOUS;
    }

    /** 0 if none is written. */
    long indexSnapshotRows() {
        return number(StoreOption.INDEX_SNAPSHOT_ROWS);
    }

    /** Tells whether the store compacts by itself. */
    boolean maintains() {
        return values.get(StoreOption.MAINTENANCE) == MaintenanceMode.AUTOMATIC;
    }

    long refreshIntervalMs() {
        return number(StoreOption.REFRESH_INTERVAL_MS);
    }

    boolean verifies() {
        return values.get(StoreOption.CHECKSUM_POLICY) != ChecksumPolicy.OFF;
    }

    boolean verifiesOnce() {
        return values.get(StoreOption.CHECKSUM_POLICY) == ChecksumPolicy.FIRST_READ;
    }

    boolean readMode(ReadMode mode) {
        return values.get(StoreOption.READ_MODE) == mode;
    }

    /** Tells whether segment files are mapped, on the filesystem of a generation. */
    boolean mapsFiles(Storage storage, StorePaths paths) {
        if (!readMode(ReadMode.AUTOMATIC)) {
            return readMode(ReadMode.MAPPED);
        }
        try {
            return !storage.isNetworkFilesystem(paths.generation());
        } catch (IOException e) { // such as where the list of mounts is not this root's
            logger.debug("the filesystem is not known; files are not mapped", e);
            return false;
        }
    }

    StoredColumns storedColumns() {
        return (StoredColumns) Objects.requireNonNull(values.get(StoreOption.STORE_AS));
    }

    boolean fsync() {
        return values.get(StoreOption.DURABILITY) == Durability.FSYNC;
    }

    boolean shutdownHook() {
        return Boolean.TRUE.equals(values.get(StoreOption.SHUTDOWN_HOOK));
    }

    boolean jmx() {
        return Boolean.TRUE.equals(values.get(StoreOption.JMX));
    }

    /** 0 if rows never expire. */
    long expireAfterWriteMs() {
        return number(StoreOption.EXPIRE_AFTER_WRITE_MS);
    }

    long closeTimeoutMs() {
        return number(StoreOption.CLOSE_TIMEOUT_MS);
    }
}
