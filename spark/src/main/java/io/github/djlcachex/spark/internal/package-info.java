/**
 * The data source: which generation, its columns as Spark sees them, scans and writes. Not
 * promised.
 */
@NullMarked
package io.github.djlcachex.spark.internal;

import org.jspecify.annotations.NullMarked;
