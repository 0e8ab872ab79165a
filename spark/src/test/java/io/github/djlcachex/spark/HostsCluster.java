package io.github.djlcachex.spark;

import org.apache.spark.SparkConf;
import org.apache.spark.deploy.master.Master;
import org.apache.spark.deploy.worker.Worker;
import org.apache.spark.rpc.RpcEnv;

import scala.Option;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A HostsCluster is a standalone cluster whose workers are at addresses of their own.
 *
 * <p>The workers of {@code local-cluster} have one address, so Spark takes them for one host, on
 * which it never runs the second copy of a task. Here each is at its own address of the loopback
 * network.
 */
final class HostsCluster implements AutoCloseable {

    private static final int ANY_PORT = 0;
    private static final int MEMORY_MIB = 512;

    private final List<RpcEnv> processes = new ArrayList<>();
    private final String master;

    private HostsCluster(int hosts) {
        SparkConf conf =
                new SparkConf()
                        .set("spark.master.rest.enabled", "false")
                        .set("spark.shuffle.service.enabled", "false")
                        .set("spark.worker.ui.retainedExecutors", "10");
        RpcEnv env = Master.startRpcEnvAndEndpoint("127.0.0.1", ANY_PORT, ANY_PORT, conf)._1();
        processes.add(env);
        master = "spark://127.0.0.1:" + env.address().port();
        for (int host = 1; host <= hosts; host++) {
            processes.add(0, worker(host, conf));
        }
    }

    private RpcEnv worker(int host, SparkConf conf) {
        Path work = Path.of(System.getenv("SPARK_HOME"), "work");
        return Worker.startRpcEnvAndEndpoint(
                "127.0.0." + host,
                ANY_PORT,
                ANY_PORT,
                1,
                MEMORY_MIB,
                new String[] {master},
                work.toString(),
                Option.apply(host),
                conf,
                Option.empty());
    }

    /** Starts a cluster with a worker of one core on each host. */
    static HostsCluster start(int hosts) {
        Clusters.createHome();
        return new HostsCluster(hosts);
    }

    /** The URL for a driver. */
    String master() {
        return master;
    }

    @Override
    public void close() {
        for (RpcEnv process : processes) { // the workers before the master
            process.shutdown();
            process.awaitTermination();
        }
    }
}
