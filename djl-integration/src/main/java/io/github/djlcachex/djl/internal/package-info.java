/**
 * What the decorator and the predictors share: counters and loggers.
 *
 * <p>Nothing below {@code internal} is promised. The promised package uses these packages; they use
 * its exceptions and nothing else of it.
 */
@NullMarked
package io.github.djlcachex.djl.internal;

import org.jspecify.annotations.NullMarked;
