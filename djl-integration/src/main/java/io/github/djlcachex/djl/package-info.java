/**
 * The cache in front of a frozen DJL block, and the ways in which ids reach it.
 *
 * <p>{@link io.github.djlcachex.djl.CacheBlockDecorator} wraps the block. Ids come from {@link
 * io.github.djlcachex.djl.CachedDataset}, {@link io.github.djlcachex.djl.CacheIdTranslator} or
 * {@link io.github.djlcachex.djl.CacheIds}.
 *
 * <p>What is wrapped: any frozen {@code Block} whose output row depends on the input row of the
 * same position alone. It always runs in evaluation mode.
 *
 * <p>What is returned: arrays of the batch's manager, built from bytes. The engine's own output is
 * never handed out, because an array made in inference mode cannot take part in training.
 *
 * <p>Ownership: outputs belong to the manager of the first input, as those of every block. Selected
 * rows and raw outputs live in a manager that is closed before {@code forward} returns. The cache
 * holds bytes, never arrays; no memory of the cache is ever given to an engine, because some
 * engines keep using the buffers that they are given.
 */
@NullMarked
package io.github.djlcachex.djl;

import org.jspecify.annotations.NullMarked;
