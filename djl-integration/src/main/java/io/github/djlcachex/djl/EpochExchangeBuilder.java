package io.github.djlcachex.djl;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.GivenOptions;
import io.github.djlcachex.row.InvalidOptionException;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;

/**
 * The options of an {@link EpochExchange}: decorators, caches or both.
 *
 * <p>Every setter throws {@link InvalidOptionException} for null, and for a second call with
 * another value. Not safe for use by several threads at once.
 */
public final class EpochExchangeBuilder {

    private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(1);

    List<CacheBlockDecorator> decorators = List.of();
    List<FeatureCache> caches = List.of();
    @Nullable Runnable barrier;
    Duration timeout = DEFAULT_TIMEOUT;
    private final GivenOptions given = new GivenOptions();

    EpochExchangeBuilder() {}

    /**
     * Sets the decorators whose caches are exchanged: all that are open when an epoch ends.
     *
     * @param decorators the decorators
     * @return this builder
     */
    public EpochExchangeBuilder setDecorators(CacheBlockDecorator... decorators) {
        this.decorators = given.once("decorators", decorators);
        return this;
    }

    /**
     * Sets caches that are exchanged, for those that no decorator uses.
     *
     * @param caches the caches
     * @return this builder
     */
    public EpochExchangeBuilder setCaches(FeatureCache... caches) {
        this.caches = given.once("caches", caches);
        return this;
    }

    /**
     * Sets what waits until all ranks have flushed, such as that of MPI, or {@link
     * FileBarrier#await}. It runs on the thread that ends the epoch, and what it throws ends the
     * training.
     *
     * @param barrier the barrier; by default no rank waits for another
     * @return this builder
     */
    public EpochExchangeBuilder optBarrier(Runnable barrier) {
        this.barrier = given.once("barrier", barrier);
        return this;
    }

    /**
     * Sets how long a flush, or a refresh, of one cache may take. After that training goes on, with
     * a warning; a filesystem that hangs so stops no rank.
     *
     * @param timeout the time; a minute by default
     * @return this builder
     * @throws InvalidOptionException if it is not positive, or longer than a day
     */
    public EpochExchangeBuilder optTimeout(Duration timeout) {
        this.timeout = Options.upToADay("timeout", given.once("timeout", timeout));
        return this;
    }

    /**
     * Builds the listener.
     *
     * @return the listener, for {@code TrainingConfig.addTrainingListeners}
     * @throws InvalidOptionException if there are neither decorators nor caches
     */
    public EpochExchange build() {
        Options.check(
                !decorators.isEmpty() || !caches.isEmpty(),
                "decorators",
                "decorators, caches or both",
                "none");
        return new EpochExchange(this);
    }
}
