/**
 * A cache of tensors of any type and shape by attributes.
 *
 * <p>{@link io.github.djlcachex.tensor.TensorCache} stores lists of arrays, ragged and sparse ones
 * among them, and the parameters of a block. {@link io.github.djlcachex.tensor.TensorKey} names an
 * entry, {@link io.github.djlcachex.tensor.RawTensor} is an array without an engine.
 *
 * <p>What needs no array of DJL needs no engine: only {@code get}, and {@code put} of arrays, do.
 */
@NullMarked
package io.github.djlcachex.tensor;

import org.jspecify.annotations.NullMarked;
