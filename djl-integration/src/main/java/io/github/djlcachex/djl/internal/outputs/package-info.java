/**
 * Outputs of translators as rows of a cache.
 *
 * <p>{@link io.github.djlcachex.djl.internal.outputs.OutputCache} is the way in.
 */
@NullMarked
package io.github.djlcachex.djl.internal.outputs;

import org.jspecify.annotations.NullMarked;
