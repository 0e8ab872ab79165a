package io.github.djlcachex.djl;

import io.github.djlcachex.cache.FeatureCacheBuilder;
import io.github.djlcachex.cache.StoredAs;
import io.github.djlcachex.row.InvalidOptionException;

import java.util.function.Consumer;

/** PrecisionSetters are the options of a decorator that say how rows are stored. */
abstract class PrecisionSetters extends DecoratorOptions {

    PrecisionSetters() {}

    /**
     * Sets options of the cache that the decorator opens.
     *
     * @param options called with the cache's builder, after earlier ones
     * @return this builder
     */
    public abstract CacheBlockDecoratorBuilder optCacheOptions(
            Consumer<FeatureCacheBuilder> options);

    /**
     * Sets how outputs are stored. In another precision those of FLOAT32 take half or a quarter of
     * the disk, see {@link StoredAs} for what it costs. They stay FLOAT32, and a computed row is
     * returned rounded, as it is read later, so that all epochs train on the same numbers. Sparse,
     * outputs of any type that are mostly zeros take what their other elements do, and are exact.
     *
     * <p>Rows that were stored before stay as they are stored: the opening of their cache throws
     * {@link io.github.djlcachex.row.SchemaMismatchException} then, unless sparse is asked for and
     * they are stored dense. The fingerprint does not change.
     *
     * @param precision how they are stored; by default as they are
     * @return this builder
     */
    public CacheBlockDecoratorBuilder optStoreAs(StoredAs precision) {
        StoredAs chosen = given.once("storeAs", precision);
        return optCacheOptions(options -> options.storeAs(chosen));
    }

    /**
     * Sets how one output that has a name is stored, see {@link #optStoreAs(StoredAs)}.
     *
     * @param output the name of the output, which is of FLOAT32 unless it is stored sparse
     * @param precision how it is stored
     * @return this builder
     */
    public CacheBlockDecoratorBuilder optStoreAs(String output, StoredAs precision) {
        String name = Options.given("storeAs", output);
        StoredAs chosen = given.once("storeAs of " + name, precision);
        return optCacheOptions(options -> options.storeAs(name, chosen));
    }

    /**
     * Sets how one output is stored, see {@link #optStoreAs(StoredAs)}.
     *
     * @param output the number of the output, from 0, which is of FLOAT32 unless it is stored
     *     sparse
     * @param precision how it is stored
     * @return this builder
     * @throws InvalidOptionException if the number is negative
     */
    public CacheBlockDecoratorBuilder optStoreAs(int output, StoredAs precision) {
        Options.check(output >= 0, "storeAs", "an output from 0", output);
        StoredAs chosen = given.once("storeAs of output " + output, precision);
        return optCacheOptions(options -> options.storeAs(output, chosen));
    }
}
