/** Directories of Hugging Face's {@code datasets}. */
@NullMarked
package io.github.djlcachex.interop.internal.hf;

import org.jspecify.annotations.NullMarked;
