/** The index from keys to the addresses of rows. Not part of the promised API. */
@NullMarked
package io.github.djlcachex.internal.index;

import org.jspecify.annotations.NullMarked;
