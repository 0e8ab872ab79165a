/** Comma-separated values. */
@NullMarked
package io.github.djlcachex.interop.internal.csv;

import org.jspecify.annotations.NullMarked;
