package io.github.djlcachex.spark;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

/** How many cores an engine may use. */
class EngineThreadsTest {

    private static final int HOST = 64;

    private static SparkConf on(String master) {
        return new SparkConf(false).set("spark.master", master);
    }

    @Test
    void cores_areThoseOfTheExecutorAndNotOfTheHost() {
        SparkConf four = on("spark://host:7077").set("spark.executor.cores", "4");
        assertThat(EngineThreads.coresOf(four, HOST)).isEqualTo(4);
        assertThat(EngineThreads.coresOf(four, 2)).isEqualTo(2);
    }

    @Test
    void cores_thatAreNotSet_areTheDefaultOfTheClusterManager() {
        assertThat(EngineThreads.coresOf(on("yarn"), HOST)).isEqualTo(1);
        assertThat(EngineThreads.coresOf(on("k8s://https://host:6443"), HOST)).isEqualTo(1);
        assertThat(EngineThreads.coresOf(on("spark://host:7077"), HOST)).isEqualTo(HOST);
    }
}
