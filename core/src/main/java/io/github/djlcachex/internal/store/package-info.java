/** The engine: stores, their memory and their threads. Nothing here is promised. */
@NullMarked
package io.github.djlcachex.internal.store;

import org.jspecify.annotations.NullMarked;
