/**
 * Spark fills, reads and writes a cache.
 *
 * <p>{@link io.github.djlcachex.spark.SparkWarmup} runs an extractor over the rows of a dataset on
 * all executors of a cluster, and stores what is missing. The data source {@code djlcachex} reads
 * rows as columns, and stores vectors that were computed elsewhere.
 */
@NullMarked
package io.github.djlcachex.spark;

import org.jspecify.annotations.NullMarked;
