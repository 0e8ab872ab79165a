/** Hashes of values, arrays and files that are equal only if the contents are. */
@NullMarked
package io.github.djlcachex.djl.internal.hash;

import org.jspecify.annotations.NullMarked;
