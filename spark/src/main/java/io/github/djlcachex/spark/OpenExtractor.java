package io.github.djlcachex.spark;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.spark.internal.SharedFlush;

import org.apache.spark.SparkEnv;
import org.apache.spark.sql.Row;

import java.util.List;

/** An OpenExtractor is an extractor with the cache of its rows: one for all tasks of a JVM. */
final class OpenExtractor {

    private final Extractor extractor;
    private final FeatureCache cache;
    private final SharedFlush flush;

    private OpenExtractor(Extractor extractor, FeatureCache cache) {
        this.extractor = extractor;
        this.cache = cache;
        this.flush = new SharedFlush(cache::flush);
    }

    /**
     * Opens the extractor of a fill.
     *
     * @throws OtherExtractorException if it is not the driver's
     */
    static OpenExtractor open(FillSpec spec, int gpu) {
        Extractor extractor = made(spec, gpu);
        try {
            FeatureCache cache = extractor.openCache(spec.place());
            check(spec, cache);
            cache.refresh(); // the store may be open since an earlier run in this JVM
            return new OpenExtractor(extractor, cache);
        } catch (RuntimeException e) {
            extractor.close();
            throw e;
        }
    }

    private static Extractor made(FillSpec spec, int gpu) {
        try {
            return spec.factory()
                    .open(new ExecutorContext(spec.files(), gpu, EngineThreads.choose()));
        } catch (CacheException e) {
            throw e;
        } catch (Exception | LinkageError e) {
            throw new InvalidOptionException(
                    Problem.of(
                            "extractor of module '" + spec.place().moduleId() + "'",
                            "a factory that opens it on " + host(),
                            e.toString(),
                            hasLinkageError(e)
                                    ? "put djlcachex, DJL and its natives on the class path of the"
                                            + " executors (spark.executor.extraClassPath, or --jars"
                                            + " at submit): as artifacts of a session they load once"
                                            + " a session, and native libraries once a JVM"
                                    : "see the cause",
                            e));
        }
    }

    private static boolean hasLinkageError(Throwable failure) {
        Throwable cause = failure;
        while (cause != null && !(cause instanceof LinkageError)) {
            cause = cause.getCause();
        }
        return cause != null;
    }

    private static void check(FillSpec spec, FeatureCache cache) {
        String expected = spec.fingerprint();
        String found = cache.fingerprint();
        if (expected != null && !found.equals(expected)) {
            throw new OtherExtractorException(
                    Problem.of(
                            "extractor on " + host(),
                            "the driver's weights and code, fingerprint '" + expected + "'",
                            "others, fingerprint '" + found + "'",
                            "give the model's files to optModelFiles, so that all hosts have the"
                                    + " same ones; no row of this host was stored"));
        }
        if (!cache.isWritable()) {
            throw new InvalidOptionException(
                    Problem.of(
                            "cache " + cache.directory() + " on " + host(),
                            "one that may write",
                            "one that may not",
                            "let every executor write, and make the directory writable there"));
        }
    }

    private static String host() {
        SparkEnv env = SparkEnv.get();
        return "executor " + env.executorId() + " at " + env.blockManager().blockManagerId().host();
    }

    FeatureCache cache() {
        return cache;
    }

    void computeAndStore(Keys keys, List<Row> rows) throws Exception {
        extractor.computeAndStore(keys, rows);
    }

    SharedFlush.Outcome flush() throws InterruptedException {
        return flush.flush();
    }

    void close() {
        extractor.close();
    }
}
