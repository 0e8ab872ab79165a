/** The self-test of a filesystem: what a cache needs of it, tried out. */
@NullMarked
package io.github.djlcachex.internal.check;

import org.jspecify.annotations.NullMarked;
