@org.jspecify.annotations.NullMarked
package io.github.djlcachex.spark.examples;
