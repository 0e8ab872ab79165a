package io.github.djlcachex.djl;

import ai.djl.MalformedModelException;
import ai.djl.nn.Block;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.CacheClosedException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Objects;
import java.util.function.Function;

/**
 * The cache of a decorator: one that the user gave, or one that is opened for the block's weights.
 *
 * <p>A given cache is never closed here. An own one is opened once the weights are there, closed
 * with the decorator, and replaced when other weights are loaded into the block.
 */
final class CacheHandle {

    private final Block block;
    private final @Nullable Function<String, FeatureCache> opener;
    private final @Nullable String text;
    private volatile @Nullable FeatureCache cache;
    private volatile @Nullable String openedFor;
    private volatile boolean used;
    private volatile boolean closed;

    private CacheHandle(
            Block block,
            @Nullable FeatureCache given,
            @Nullable Function<String, FeatureCache> opener,
            @Nullable String text) {
        this.block = block;
        this.cache = given;
        this.opener = opener;
        this.text = text;
    }

    static CacheHandle given(Block block, FeatureCache cache) {
        return new CacheHandle(block, cache, null, null);
    }

    /**
     * Returns a handle that opens its cache itself.
     *
     * @param opener opens a cache for a fingerprint
     * @param text the user's fingerprint, or null for that of the weights
     */
    static CacheHandle opening(
            Block block, Function<String, FeatureCache> opener, @Nullable String text) {
        CacheHandle handle = new CacheHandle(block, null, opener, text);
        if (text != null || Blocks.hasWeights(block)) {
            handle.cache();
        }
        return handle;
    }

    /**
     * Returns the cache, closed or not, and opens it if it must be.
     *
     * @throws CacheClosedException if it was not opened before this handle was closed
     */
    FeatureCache cache() {
        FeatureCache open = openUnlessClosed();
        if (open == null) {
            throw new CacheClosedException(
                    "decorator",
                    "an open decorator",
                    "one that was closed before it had a cache",
                    "build a new one");
        }
        return open;
    }

    private @Nullable FeatureCache openUnlessClosed() {
        FeatureCache open = cache;
        return open == null ? open() : open;
    }

    private synchronized @Nullable FeatureCache open() {
        FeatureCache open = cache;
        if (open == null && !closed) {
            String fingerprint = text == null ? ModuleFingerprint.of(block) : text;
            open = Objects.requireNonNull(opener).apply(fingerprint);
            openedFor = text == null ? fingerprint : null;
            cache = open;
        }
        return open;
    }

    /** Returns the cache to look rows up in, or null if they must be computed without it. */
    @Nullable FeatureCache usable() {
        if (closed) {
            return null;
        }
        FeatureCache open = openUnlessClosed();
        used = true;
        return open == null || open.isClosed() ? null : open;
    }

    /** Returns the cache if it is open by now; opens nothing. */
    @Nullable FeatureCache openOrNull() {
        FeatureCache open = cache;
        return open == null || open.isClosed() ? null : open;
    }

    /** Something that may give the block other weights. */
    interface WeightChange {
        void run() throws IOException, MalformedModelException;
    }

    /**
     * Runs a change of the weights, and keeps rows of the old weights from being served for the
     * new.
     *
     * @throws NotFrozenException if the weights changed under a cache that this handle cannot
     *     replace; rows are computed without it from then on
     */
    synchronized void change(WeightChange change) throws IOException, MalformedModelException {
        String before = openedFor != null ? openedFor : used ? fingerprint() : null;
        try {
            change.run();
        } catch (Throwable e) {
            forgetWeights(); // it may have changed some of them before it failed
            throw e;
        }
        if (before != null && !closed && !before.equals(fingerprint())) {
            replace();
        }
    }

    private @Nullable String fingerprint() {
        try {
            return ModuleFingerprint.of(block);
        } catch (UnsupportedBlockException e) {
            return null;
        }
    }

    /**
     * Keeps rows of the present weights from being served for others: an own cache is opened for
     * the weights that the block has at its next batch, another one is not used any more.
     */
    synchronized void forgetWeights() {
        FeatureCache old = cache;
        if (openedFor != null && old != null) {
            old.close();
            openedFor = null;
            cache = null;
        } else if (used) {
            closed = true;
        }
    }

    private void replace() {
        forgetWeights();
        if (!closed) {
            return;
        }
        throw new NotFrozenException(
                "wrapped block",
                "the weights whose rows are in the cache",
                "other weights, loaded after rows were looked up",
                "load the weights before the first batch, or build a new decorator with another"
                        + " fingerprint");
    }

    /** Closes an own cache, and lets go of a given one. */
    synchronized void close() {
        closed = true;
        FeatureCache open = cache;
        if (opener != null && open != null) {
            open.close();
        }
    }
}
