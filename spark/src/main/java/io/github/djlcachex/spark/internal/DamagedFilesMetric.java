package io.github.djlcachex.spark.internal;

import org.apache.spark.sql.connector.metric.CustomSumMetric;

/** The number of files that were not served when a query was planned, as Spark's UI shows it. */
public final class DamagedFilesMetric extends CustomSumMetric {

    static final String NAME = "damagedFiles";

    /** Creates the metric; Spark does, by reflection. */
    public DamagedFilesMetric() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "damaged files, skipped";
    }
}
