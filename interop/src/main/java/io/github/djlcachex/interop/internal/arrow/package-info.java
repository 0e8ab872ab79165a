/** Arrow IPC files of other tools, read without memory outside the heap. */
@NullMarked
package io.github.djlcachex.interop.internal.arrow;

import org.jspecify.annotations.NullMarked;
