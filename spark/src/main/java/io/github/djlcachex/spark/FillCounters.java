package io.github.djlcachex.spark;

import org.apache.spark.SparkContext;
import org.apache.spark.util.LongAccumulator;

import java.io.Serializable;

/**
 * FillCounters are what Spark's UI shows of a fill, for each task and in sum.
 *
 * @param computed rows that were computed
 * @param hits rows that were there
 * @param declined rows that were computed and not stored
 * @param bytes what was written
 */
record FillCounters(
        LongAccumulator computed,
        LongAccumulator hits,
        LongAccumulator declined,
        LongAccumulator bytes)
        implements Serializable {

    static FillCounters register(SparkContext spark, String moduleId) {
        String prefix = "djlcachex " + moduleId + ": ";
        return new FillCounters(
                spark.longAccumulator(prefix + "rows computed"),
                spark.longAccumulator(prefix + "rows from the cache"),
                spark.longAccumulator(prefix + "rows declined"),
                spark.longAccumulator(prefix + "bytes written"));
    }
}
