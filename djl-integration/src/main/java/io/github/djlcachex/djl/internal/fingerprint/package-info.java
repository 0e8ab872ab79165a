/**
 * Fingerprints of blocks, model files, functions and translators.
 *
 * <p>{@link io.github.djlcachex.djl.internal.fingerprint.Fingerprints} is the way in.
 */
@NullMarked
package io.github.djlcachex.djl.internal.fingerprint;

import org.jspecify.annotations.NullMarked;
