package io.github.djlcachex.spark;

import org.apache.spark.sql.SparkSession;

/** One session of Spark in this JVM for the tests of the data source. */
final class SqlSession {

    private SqlSession() {}

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
