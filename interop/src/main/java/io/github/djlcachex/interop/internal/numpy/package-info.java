/** NumPy's files: an array, or several by name. */
@NullMarked
package io.github.djlcachex.interop.internal.numpy;

import org.jspecify.annotations.NullMarked;
