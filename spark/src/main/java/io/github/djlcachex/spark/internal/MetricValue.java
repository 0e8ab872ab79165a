package io.github.djlcachex.spark.internal;

import org.apache.spark.sql.connector.metric.CustomTaskMetric;

/**
 * A MetricValue is the count of a task, or of the driver, for a metric of Spark's UI.
 *
 * @param name the metric's name
 * @param value the count
 */
record MetricValue(String name, long value) implements CustomTaskMetric {}
