/** What DJL's engines do differently or do not show, and arrays that are made of bytes. */
@NullMarked
package io.github.djlcachex.djl.internal.engine;

import org.jspecify.annotations.NullMarked;
