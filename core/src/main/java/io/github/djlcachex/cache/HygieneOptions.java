package io.github.djlcachex.cache;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

import io.github.djlcachex.internal.store.StoreOption;
import io.github.djlcachex.row.InvalidOptionException;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/** HygieneOptions are the options of a cache that say what becomes of its files. */
abstract class HygieneOptions extends PrecisionOptions {

    HygieneOptions() {}

    @CanIgnoreReturnValue
    abstract FeatureCacheBuilder set(StoreOption option, @Nullable Object value);

    /**
     * Sets who has small files replaced by large ones. Default: {@link MaintenanceMode#AUTOMATIC}:
     * the cache does it once there are 64 small files, and when it is closed with 16.
     *
     * @param mode the mode
     * @return this builder
     */
    @CanIgnoreReturnValue
    public FeatureCacheBuilder maintenance(MaintenanceMode mode) {
        return set(StoreOption.MAINTENANCE, mode);
    }

    /**
     * Sets the age at which rows expire, an hour to ten years of 365 days. Default: never.
     *
     * <p>Rows expire by file, with the oldest row of it, by the clock of the writer and that of
     * this host; a row of a file that was written in the future does not expire. Expired rows are
     * misses from the next refresh on, at the open and each hour at least. A cache that may write
     * deletes their files, also those that other processes wrote: of several ages for one
     * generation the shortest one holds.
     *
     * @param age the time since the rows were written
     * @return this builder
     * @throws InvalidOptionException if it is out of the limits
     */
    @CanIgnoreReturnValue
    public FeatureCacheBuilder expireAfterWrite(Duration age) {
        StoreOption option = StoreOption.EXPIRE_AFTER_WRITE_MS;
        return set(option, option.checkedMillis(OptionRules.once(option.label(), null, age)));
    }
}
