package io.github.djlcachex.spark;

import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

import scala.Option;

/** One session of Spark in this JVM for the tests of the data source. */
final class SqlSession {

    private SqlSession() {}

    /** Returns the session that this JVM has, or null. */
    static @Nullable SparkSession present() {
        Option<SparkSession> present = SparkSession.getDefaultSession();
        return present.isDefined() ? present.get() : null;
    }

    static SparkSession get() {
        return SparkSession.builder()
                .master("local[2]")
                .appName("djlcachex")
                .config("spark.ui.enabled", "false")
                .config("spark.sql.shuffle.partitions", "2")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .getOrCreate();
    }
}
