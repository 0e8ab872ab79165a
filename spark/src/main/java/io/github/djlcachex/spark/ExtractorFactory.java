package io.github.djlcachex.spark;

import java.io.Serializable;

/**
 * An ExtractorFactory opens the extractor where rows are computed: once in each executor's JVM, and
 * once on the driver, which takes the fingerprint.
 *
 * <p>Spark sends the factory to the executors, so it must be serializable, and should hold little:
 * the files of a model travel by {@link SparkWarmup#optModelFiles}. What it makes need not be
 * serializable.
 */
@FunctionalInterface
public interface ExtractorFactory extends Serializable {

    /**
     * Opens the extractor. It must be the same one in every JVM: of the same weights and code.
     *
     * @param context the files, the device and the threads of this JVM
     * @return the extractor; it is closed by who called
     * @throws Exception if it cannot be opened; the task fails with it
     */
    Extractor open(ExecutorContext context) throws Exception;
}
