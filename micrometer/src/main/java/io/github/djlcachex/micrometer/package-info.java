/**
 * The counters of a cache as Micrometer meters, for Prometheus and whatever else Micrometer knows.
 *
 * <p>{@link io.github.djlcachex.micrometer.FeatureCacheMetrics} is the entry.
 */
@NullMarked
package io.github.djlcachex.micrometer;

import org.jspecify.annotations.NullMarked;
