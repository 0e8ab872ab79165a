package io.github.djlcachex.cache;

import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.store.CheckedGeneration;
import io.github.djlcachex.internal.store.FlushCounts;
import io.github.djlcachex.internal.store.PutCounts;
import io.github.djlcachex.internal.store.RepairedGeneration;
import io.github.djlcachex.internal.store.Store;
import io.github.djlcachex.internal.store.StorePaths;
import io.github.djlcachex.internal.store.WriterPolicy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What the public package hides, for tests of other packages. */
public final class Seams {

    /** The report of a flush that had nothing to write. */
    public static final FlushReport NOTHING =
            new FlushReport(new FlushCounts(0, 0, 0, 0, List.of(), false));

    private Seams() {}

    /** Gives a builder another storage than the operating system's. */
    public static FeatureCacheBuilder storage(FeatureCacheBuilder builder, Storage storage) {
        return builder.storage(storage);
    }

    /** Gives a builder another environment than the process's. */
    public static FeatureCacheBuilder environment(
            FeatureCacheBuilder builder, Map<String, String> environment) {
        return builder.environment(environment);
    }

    /** A cache over a store that is shared with no other. */
    public static FeatureCache cache(
            Path cacheDirectory,
            StorePaths paths,
            String moduleId,
            WriterPolicy policy,
            Store store) {
        return new FeatureCache(cacheDirectory, paths, moduleId, "", policy, store);
    }

    /** What a user is told of a check. */
    public static VerifyReport report(CheckedGeneration checked) {
        return new VerifyReport(checked);
    }

    /** What a user is told of a repair. */
    public static RepairReport report(RepairedGeneration repaired) {
        return new RepairReport(repaired);
    }

    /** What a user is told of a put. */
    public static PutResult put(PutCounts counts) {
        return new PutResult(counts);
    }

    /** The outcome of a put. */
    public static PutResult put(int stored, int duplicates, int declined) {
        return new PutResult(new PutCounts(stored, duplicates, declined));
    }
}
