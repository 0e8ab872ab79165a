/** Cache directories of torchcachex. */
@NullMarked
package io.github.djlcachex.interop.internal.torchcachex;

import org.jspecify.annotations.NullMarked;
