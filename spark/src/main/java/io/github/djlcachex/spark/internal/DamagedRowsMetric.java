package io.github.djlcachex.spark.internal;

import org.apache.spark.sql.connector.metric.CustomSumMetric;

/** The number of damaged rows that a read skipped, as Spark's UI shows it. */
public final class DamagedRowsMetric extends CustomSumMetric {

    static final String NAME = "damagedRows";

    /** Creates the metric; Spark does, by reflection. */
    public DamagedRowsMetric() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "damaged rows, skipped";
    }
}
