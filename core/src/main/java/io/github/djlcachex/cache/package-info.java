/**
 * The cache of rows by key: {@link io.github.djlcachex.cache.FeatureCache} and what it returns.
 *
 * <p>Priorities, in this order: never a wrong row; nothing acknowledged is lost; as fast as memory
 * allows; simple to use.
 *
 * <p>The critical path is {@code gather}. It takes no lock, and allocates a few bytes a row
 * (ARCHITECTURE.md has the figures).
 *
 * <p>Everything public is safe for use by many threads unless its documentation says otherwise. A
 * batch of rows belongs to one call at a time.
 */
@NullMarked
package io.github.djlcachex.cache;

import org.jspecify.annotations.NullMarked;
