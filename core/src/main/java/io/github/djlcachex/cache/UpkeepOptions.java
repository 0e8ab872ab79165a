package io.github.djlcachex.cache;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

import io.github.djlcachex.internal.store.StoreOption;
import io.github.djlcachex.internal.store.StoreOptions;
import io.github.djlcachex.row.InvalidOptionException;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Map;

/** UpkeepOptions are the options of a cache that say which rows it gives up in time. */
abstract class UpkeepOptions extends PrecisionOptions {

    private @Nullable Long expireAfterWriteMs;

    UpkeepOptions() {}

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
        Duration given = OptionRules.once(option.label(), null, age);
        long ms = option.checkedMillis(given);
        expireAfterWriteMs = OptionRules.once(option.label(), expireAfterWriteMs, ms);
        return (FeatureCacheBuilder) this;
    }

    @Override
    StoreOptions storeOptions(Map<StoreOption, Object> set) {
        if (expireAfterWriteMs != null) {
            set.put(StoreOption.EXPIRE_AFTER_WRITE_MS, expireAfterWriteMs);
        }
        return super.storeOptions(set);
    }
}
