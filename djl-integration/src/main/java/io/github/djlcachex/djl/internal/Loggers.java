package io.github.djlcachex.djl.internal;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The loggers that users see. Each bears the name of the promised class that logs through it. */
public final class Loggers {

    public static final Logger DECORATOR = of("CacheBlockDecorator");
    public static final Logger DATASET = of("CachedDataset");
    public static final Logger EXCHANGE = of("EpochExchange");
    public static final Logger PREDICTOR = of("CachedPredictor");
    public static final Logger FOLDS = of("Folds");
    public static final Logger WARMUP = of("Warmup");
    public static final Logger REPORT = of("CacheReportListener");

    private Loggers() {}

    private static Logger of(String promised) {
        return LoggerFactory.getLogger("io.github.djlcachex.djl." + promised);
    }
}
