package io.github.djlcachex.djl;

import ai.djl.MalformedModelException;
import ai.djl.nn.Block;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.djl.internal.FilledCaches;
import io.github.djlcachex.djl.internal.engine.BlockParameters;
import io.github.djlcachex.row.CacheClosedException;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/**
 * The caches of a decorator: the one that the user gave, or one opened for the block's weights for
 * each variant of the call.
 *
 * <p>A given cache holds the rows of one variant and is never closed here. Own caches are opened
 * once the weights can be read, closed with the decorator, and replaced when other weights are
 * loaded into the block.
 */
final class CacheHandle {

    private static final int MAX_VARIANTS = 16;

    private final Block block;
    private final @Nullable Function<String, FeatureCache> opener;
    private final BlockFingerprint fingerprint;
    private final Map<String, FeatureCache> caches = new HashMap<>();
    private volatile @Nullable Current current;
    private volatile @Nullable String openedFor;
    private volatile boolean used;
    private volatile boolean closed;

    /**
     * The cache of the last batch.
     *
     * @param variant the variant of its call, or null before the first batch of a given cache
     * @param cache the cache
     */
    private record Current(@Nullable String variant, FeatureCache cache) {}

    private CacheHandle(
            Block block,
            @Nullable FeatureCache given,
            @Nullable Function<String, FeatureCache> opener,
            BlockFingerprint fingerprint) {
        this.block = block;
        this.current = given == null ? null : new Current(null, given);
        this.opener = opener;
        this.fingerprint = fingerprint;
    }

    /**
     * Returns a handle of a cache that the user gave.
     *
     * @param fingerprint what tells whether the weights changed
     */
    static CacheHandle given(Block block, FeatureCache cache, BlockFingerprint fingerprint) {
        return new CacheHandle(block, cache, null, fingerprint);
    }

    /**
     * Returns a handle that opens its cache itself.
     *
     * @param opener opens a cache for a fingerprint
     * @param fingerprint a text, or what is taken of the block once its weights are there
     */
    static CacheHandle opening(
            Block block, Function<String, FeatureCache> opener, BlockFingerprint fingerprint) {
        CacheHandle handle = new CacheHandle(block, null, opener, fingerprint);
        if (fingerprint.isText() || BlockParameters.hasWeights(block)) {
            handle.cache();
        }
        return handle;
    }

    /**
     * Returns the cache, open or closed, and opens it if there is none yet.
     *
     * @throws CacheClosedException if it was not opened before this handle was closed
     */
    FeatureCache cache() {
        Current last = current;
        FeatureCache open = last == null ? open(CallVariant.PLAIN) : last.cache;
        if (open == null) {
            throw new CacheClosedException(
                    Problem.of(
                            "decorator",
                            "an open decorator",
                            "one that was closed before it had a cache",
                            "build a new one"));
        }
        return open;
    }

    /**
     * Returns the cache for lookups, or null if rows must be computed without it.
     *
     * @param variant the variant of the call, {@link CallVariant#PLAIN} for the plain one
     * @throws UnsupportedInputException if there can be no cache for that variant
     */
    @Nullable FeatureCache usable(String variant) {
        if (closed) {
            return null;
        }
        Current last = current;
        FeatureCache open =
                last != null && variant.equals(last.variant) ? last.cache : open(variant);
        used = true;
        return open == null || open.isClosed() ? null : open;
    }

    private synchronized @Nullable FeatureCache open(String variant) {
        if (closed) {
            return null;
        }
        FeatureCache open = opener == null ? given(variant) : opened(variant, opener);
        current = new Current(variant, open);
        FilledCaches.add(open);
        return open;
    }

    private FeatureCache given(String variant) {
        Current bound = Objects.requireNonNull(current);
        if (bound.variant != null && !bound.variant.equals(variant)) {
            throw new UnsupportedInputException(
                    Problem.of(
                            "call of the wrapped block",
                            "the method, parameters and shared inputs of the first batch, as a cache that"
                                    + " was given holds the rows of one kind of call",
                            "others",
                            "let the decorator open its caches, by setDirectory and setModuleId"));
        }
        return bound.cache;
    }

    private FeatureCache opened(String variant, Function<String, FeatureCache> with) {
        FeatureCache open = caches.get(variant);
        if (open == null) {
            checkVariants();
            String text = fingerprintText();
            boolean plain = variant.equals(CallVariant.PLAIN);
            open = with.apply(plain ? text : text + "+call:" + variant);
            caches.put(variant, open);
        }
        return open;
    }

    private void checkVariants() {
        if (caches.size() > MAX_VARIANTS) { // the plain call is not counted
            throw new UnsupportedInputException(
                    Problem.of(
                            "call of the wrapped block",
                            "at most "
                                    + MAX_VARIANTS
                                    + " different methods, parameters and shared inputs",
                            "one more",
                            "each has rows of its own: give what differs from batch to batch as an input"
                                    + " with a row for each id"));
        }
    }

    private String fingerprintText() {
        String text = openedFor;
        if (text == null) {
            text = fingerprint.of(block);
            openedFor = fingerprint.isText() ? null : text;
        }
        return text;
    }

    /** Returns the cache of the last batch if one was opened. Opens nothing. */
    @Nullable FeatureCache openOrNull() {
        Current last = current;
        return last == null || last.cache.isClosed() ? null : last.cache;
    }

    /** Returns the caches that are open now. Opens nothing. */
    synchronized Set<FeatureCache> openCaches() {
        Set<FeatureCache> open = new LinkedHashSet<>(caches.values());
        if (current != null) {
            open.add(current.cache);
        }
        open.removeIf(FeatureCache::isClosed);
        return open;
    }

    /** An action that may change the weights of the block. */
    interface WeightChange {
        void run() throws IOException, MalformedModelException;
    }

    /**
     * Runs a change of the weights, and keeps old rows from being served for the new weights.
     *
     * @throws NotFrozenException if the weights changed under a cache that this handle cannot
     *     replace; rows are computed without it from then on
     */
    synchronized void change(WeightChange change) throws IOException, MalformedModelException {
        String before = openedFor != null ? openedFor : used ? fingerprint() : null;
        try {
            change.run();
        } catch (Throwable e) {
            forgetWeights(); // it may have changed some weights before it failed
            throw e;
        }
        if (before != null && !closed && !before.equals(fingerprint())) {
            replace();
        }
    }

    /** Returns the fingerprint of the weights, even if the cache has a given text. */
    private @Nullable String fingerprint() {
        try {
            return fingerprint.isText()
                    ? ModuleFingerprint.FINGERPRINTS.ofWeights(block)
                    : fingerprint.of(block);
        } catch (UnsupportedBlockException e) {
            return null;
        }
    }

    /**
     * Keeps rows of the present weights from being served for others. An own cache is opened for
     * the weights at the next batch; a given one is no longer used.
     */
    synchronized void forgetWeights() {
        if (openedFor != null) {
            closeAll();
            openedFor = null;
            current = null;
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
                Problem.of(
                        "wrapped block",
                        "the weights whose rows are in the cache",
                        "other weights, loaded after rows were looked up",
                        "load the weights before the first batch, or build a new decorator with another"
                                + " fingerprint"));
    }

    private void closeAll() {
        caches.values().forEach(FeatureCache::close);
        caches.clear();
    }

    /** Closes own caches, and releases a given one. */
    synchronized void close() {
        closed = true;
        closeAll();
    }
}
