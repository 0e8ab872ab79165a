package io.github.djlcachex.spark;

import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.atomic.AtomicBoolean;

/** Chooses how many threads the engine of an executor uses. */
final class EngineThreads {

    private static final Logger logger = LoggerFactory.getLogger(EngineThreads.class);
    private static final String PYTORCH_THREADS = "ai.djl.pytorch.num_threads";
    private static final AtomicBoolean SAID = new AtomicBoolean();

    private EngineThreads() {}

    /**
     * Returns the cores of this executor, and tells PyTorch, if no engine was started and nobody
     * has told it.
     *
     * <p>The tasks of a JVM share one extractor, which runs one batch at a time: that batch may use
     * all cores that Spark has given to the JVM, while the other tasks make their inputs. The
     * default of an engine is all cores of the host, once for each executor on it.
     */
    static int choose() {
        SparkConf conf = SparkEnv.get().conf();
        int host = Runtime.getRuntime().availableProcessors();
        int cores = coresOf(conf, host);
        boolean isDriver = SparkEnv.get().executorId().equals("driver");
        if (!isDriver && System.getProperty(PYTORCH_THREADS) == null) {
            System.setProperty(PYTORCH_THREADS, Integer.toString(cores));
        }
        if (!isDriver && SAID.compareAndSet(false, true)) {
            int tasks = Math.max(1, cores / conf.getInt("spark.task.cpus", 1));
            logger.info(
                    "up to {} tasks of this executor share one extractor, whose engine uses {} of {}"
                            + " cores",
                    tasks,
                    cores,
                    host);
        }
        return cores;
    }

    /**
     * Returns the cores of an executor. Where none are set, YARN and Kubernetes give it one; a
     * standalone worker gives it all of its own.
     */
    static int coresOf(SparkConf conf, int host) {
        String master = conf.get("spark.master", "");
        boolean isOneByDefault = master.equals("yarn") || master.startsWith("k8s:");
        return Math.min(host, conf.getInt("spark.executor.cores", isOneByDefault ? 1 : host));
    }
}
