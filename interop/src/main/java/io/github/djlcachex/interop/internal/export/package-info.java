/** Files that appear whole. */
@NullMarked
package io.github.djlcachex.interop.internal.export;

import org.jspecify.annotations.NullMarked;
