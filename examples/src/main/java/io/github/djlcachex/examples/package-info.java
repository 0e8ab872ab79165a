/** Programs that use the cache on real data, one main each. */
@NullMarked
package io.github.djlcachex.examples;

import org.jspecify.annotations.NullMarked;
