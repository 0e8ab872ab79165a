/**
 * Benchmarks, each beside the physical limit of the same work in the same run, and the suite that
 * runs them and writes their figures.
 */
@NullMarked
package io.github.djlcachex.benchmark;

import org.jspecify.annotations.NullMarked;
