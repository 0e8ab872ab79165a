package io.github.djlcachex.djl;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.util.PairList;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.CacheClosedException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowSchema;

import org.jspecify.annotations.Nullable;

/**
 * LazyRows are the rows of a decorator for datasets that load missing rows alone: they are found
 * before the batch is loaded, and taken up when it is run.
 */
final class LazyRows {

    private final FrozenBlock frozen;
    private final CacheHandle handle;
    private final RowSelector selector;
    private final BatchRows rows;

    LazyRows(FrozenBlock frozen, CacheHandle handle, RowSelector selector, BatchRows rows) {
        this.frozen = frozen;
        this.handle = handle;
        this.selector = selector;
        this.rows = rows;
    }

    /** Reads the rows of a batch, or returns null if there is no cache to ask. */
    @Nullable FoundRows find(InputTemplate template, Keys keys, NDManager manager) {
        NDList like = template.withoutRows(manager);
        try (like) {
            FeatureCache cache = cacheOf(like, null);
            RowSchema schema = cache == null ? null : cache.schema().orElse(null);
            return cache == null || schema == null || !rows.padding().covers(schema)
                    ? null
                    : FoundRows.of(cache, keys, schema);
        } catch (CacheClosedException e) {
            return null; // by another thread meanwhile: the batch is loaded and runs uncached
        }
    }

    /** Returns the outputs of a batch, or null if what was found is of no use now. */
    @Nullable NDList outputs(
            LazyForward forward,
            LazyBatch.Part part,
            NDList placeholder,
            boolean training,
            @Nullable PairList<String, Object> params) {
        FoundRows found = part.batch().found();
        return found != null
                        && isUsable(found, part.batch().template(), placeholder, training, params)
                ? rows.lazily(forward, found, part)
                : null;
    }

    private boolean isUsable(
            FoundRows found,
            InputTemplate template,
            NDList placeholder,
            boolean training,
            @Nullable PairList<String, Object> params) {
        NDList like = template.withoutRows(placeholder.head().getManager());
        try (like) {
            frozen.check(like, training, true);
            return cacheOf(like, params) == found.cache() && rows.knows(found, like);
        }
    }

    private @Nullable FeatureCache cacheOf(
            NDList inputs, @Nullable PairList<String, Object> params) {
        return handle.usable(CallVariant.of(inputs, selector, params, frozen::argumentNames));
    }

    /** Checks that no input decides beside the ids. */
    void checkInputs() {
        Options.check(
                selector.sharedInputs().isEmpty(),
                "loadingMissesOnly",
                "no optSharedInputs, which decide beside the ids",
                selector.sharedInputs());
    }
}
