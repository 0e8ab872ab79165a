/**
 * What the decorator and the predictors share: counters, claims of rows that are being computed,
 * and loggers.
 *
 * <p>Nothing below {@code internal} is promised. The promised package uses these packages; they use
 * its exceptions and nothing else of it.
 */
@NullMarked
package io.github.djlcachex.djl.internal;

import org.jspecify.annotations.NullMarked;
