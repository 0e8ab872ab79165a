/** The ids of a dataset's rows, and the signs that its ids are wrong. */
@NullMarked
package io.github.djlcachex.djl.internal.dataset;

import org.jspecify.annotations.NullMarked;
