/**
 * The seam between the cache and the operating system.
 *
 * <p>Every file operation goes through {@link io.github.djlcachex.internal.io.Storage}, so that a
 * test can fail, tear or forget any of them. Not part of the promised API.
 */
@NullMarked
package io.github.djlcachex.internal.io;

import org.jspecify.annotations.NullMarked;
