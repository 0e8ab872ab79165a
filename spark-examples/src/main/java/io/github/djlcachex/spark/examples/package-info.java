/** Programs that fill a cache by Spark and query it in SQL. */
@NullMarked
package io.github.djlcachex.spark.examples;

import org.jspecify.annotations.NullMarked;
