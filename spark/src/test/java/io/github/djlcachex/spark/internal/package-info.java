@org.jspecify.annotations.NullMarked
package io.github.djlcachex.spark.internal;
