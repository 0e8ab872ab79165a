/**
 * What the decorator, the datasets and the predictors share: counters, what a row costs, the caches
 * that are filled, loggers, and figures for people.
 *
 * <p>Nothing below {@code internal} is promised. The promised package uses these packages; they use
 * its exceptions and nothing else of it.
 */
@NullMarked
package io.github.djlcachex.djl.internal;

import org.jspecify.annotations.NullMarked;
