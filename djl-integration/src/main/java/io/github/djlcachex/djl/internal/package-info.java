/**
 * What the decorator, the datasets and the predictors share: counters, loggers, and the caches that
 * are filled.
 *
 * <p>Nothing below {@code internal} is promised. The promised package uses these packages; they use
 * its exceptions and nothing else of it.
 */
@NullMarked
package io.github.djlcachex.djl.internal;

import org.jspecify.annotations.NullMarked;
