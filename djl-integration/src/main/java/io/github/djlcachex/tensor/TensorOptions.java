package io.github.djlcachex.tensor;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Locale;
import java.util.Objects;

/** How an entry is stored. Immutable; each {@code with} method returns a copy. */
public final class TensorOptions {

    private static final TensorOptions DEFAULTS =
            new TensorOptions(0, 64 << 10, Narrowing.NONE, null);
    private static final int MAX_LEVEL = 9;

    private final int level;
    private final long threshold;
    private final Narrowing narrowing;
    private final @Nullable Duration cost;

    private TensorOptions(int level, long threshold, Narrowing narrowing, @Nullable Duration cost) {
        this.level = level;
        this.threshold = threshold;
        this.narrowing = narrowing;
        this.cost = cost;
    }

    /**
     * Returns the options that nobody changed: neither compressed nor narrowed.
     *
     * @return the options
     */
    public static TensorOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Compresses with Deflate. A chunk that becomes no smaller is stored as it is. Dense floats
     * gain little; masks, token ids, and activations with many zeros gain much.
     *
     * @param level 1, the fastest, to 9; 0: not at all, which is the default
     * @return the options
     * @throws io.github.djlcachex.row.InvalidOptionException if the level is another
     */
    public TensorOptions withCompression(int level) {
        new Given().within("compression", 0, MAX_LEVEL, level);
        return new TensorOptions(level, threshold, narrowing, cost);
    }

    /**
     * Compresses arrays of some size alone.
     *
     * @param bytes the least size; default 64 KiB
     * @return the options
     * @throws io.github.djlcachex.row.InvalidOptionException if it is negative
     */
    public TensorOptions withCompressionFrom(long bytes) {
        new Given().within("compressionFrom", 0, Long.MAX_VALUE, bytes);
        return new TensorOptions(level, bytes, narrowing, cost);
    }

    /**
     * Stores numbers of 64 bits in 32 where they fit.
     *
     * @param narrowing when they do; default {@link Narrowing#NONE}
     * @return the options
     */
    public TensorOptions withNarrowing(Narrowing narrowing) {
        Given.notNull("narrowing", narrowing);
        return new TensorOptions(level, threshold, narrowing, cost);
    }

    /**
     * Tells how long it took to compute what is put, for {@link TensorCacheBuilder#optMinCost}.
     *
     * @param cost the time
     * @return the options
     */
    public TensorOptions withCost(Duration cost) {
        Given.notNull("cost", cost);
        return new TensorOptions(level, threshold, narrowing, cost);
    }

    /** Returns the level for an array of some size, 0 if it is not compressed. */
    int levelFor(long bytes) {
        return bytes >= threshold ? level : 0;
    }

    TensorOptions exact() {
        return narrowing == Narrowing.ROUNDED ? withNarrowing(Narrowing.EXACT) : this;
    }

    Narrowing narrowing() {
        return narrowing;
    }

    @Nullable Duration cost() {
        return cost;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TensorOptions options
                && options.level == level
                && options.threshold == threshold
                && options.narrowing == narrowing
                && Objects.equals(options.cost, cost);
    }

    @Override
    public int hashCode() {
        return Objects.hash(level, threshold, narrowing, cost);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "TensorOptions(compression %d from %d bytes, narrowing %s, cost %s)",
                level,
                threshold,
                narrowing,
                cost);
    }
}
