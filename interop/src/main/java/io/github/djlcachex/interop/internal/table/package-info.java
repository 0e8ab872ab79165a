/** Columns of files as rows of a cache. */
@NullMarked
package io.github.djlcachex.interop.internal.table;

import org.jspecify.annotations.NullMarked;
