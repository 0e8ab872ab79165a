/**
 * Rows in from other tools' files, and out to them.
 *
 * <p>{@link io.github.djlcachex.interop.CacheImporter} is the entry of the one way.
 */
@NullMarked
package io.github.djlcachex.interop;

import org.jspecify.annotations.NullMarked;
