package io.github.djlcachex.spark;

import org.apache.spark.sql.SparkSession;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Starts Spark for tests: sessions whose executors are JVMs of their own, and such as have none.
 */
final class Clusters {

    private Clusters() {}

    /** Returns a session with executors of one core each, in JVMs of their own. */
    static SparkSession ofExecutors(int executors, Map<String, String> options) {
        createHome();
        return session("local-cluster[" + executors + ",1,512]", options);
    }

    /** Returns a session whose tasks run in this JVM, each tried up to so many times. */
    static SparkSession inThisJvm(int threads, int attempts, Map<String, String> options) {
        return session("local[" + threads + "," + attempts + "]", options);
    }

    /** Returns a session on a cluster that is started already. */
    static SparkSession on(HostsCluster cluster, Map<String, String> options) {
        return session(cluster.master(), options);
    }

    private static SparkSession session(String master, Map<String, String> options) {
        SparkSession left = SqlSession.present();
        if (left != null) {
            left.stop(); // the builder would return it, whatever its master
        }
        SparkSession.Builder builder =
                SparkSession.builder()
                        .master(master)
                        .appName("djlcachex tests")
                        .config("spark.ui.enabled", false)
                        .config("spark.driver.host", "127.0.0.1")
                        .config("spark.driver.bindAddress", "127.0.0.1")
                        .config("spark.executor.memory", "512m")
                        .config(
                                "spark.executor.extraClassPath",
                                System.getProperty("java.class.path"))
                        .config(
                                "spark.executor.extraJavaOptions",
                                "-Xss512k -XX:TieredStopAtLevel=1")
                        .config("spark.sql.shuffle.partitions", 4)
                        .config("spark.sql.warehouse.dir", work().resolve("warehouse").toString())
                        .config("spark.local.dir", work().resolve("local").toString());
        options.forEach(builder::config);
        return builder.getOrCreate();
    }

    private static Path work() {
        return Path.of(System.getProperty("user.dir"), "target", "spark-work");
    }

    /** A worker looks for the folder of Spark's jars, though the class path has them. */
    static void createHome() {
        try {
            Files.createDirectories(Path.of(System.getenv("SPARK_HOME"), "jars"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
