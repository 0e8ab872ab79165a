package io.github.djlcachex.spark;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FeatureCacheBuilder;
import io.github.djlcachex.cache.Seams;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.FaultyStorage.Op;

import org.apache.spark.TaskContext;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A FailingExtractor counts as a {@link CountingExtractor} does, and in the JVMs of executors its
 * segments cannot be written.
 *
 * @param times how many writes of a JVM fail
 */
record FailingExtractor(String calls, String directory, int times) implements ExtractorFactory {

    @Override
    public Extractor open(ExecutorContext context) throws IOException {
        if (TaskContext.get() != null) {
            share(directory, times);
        }
        return new CountingExtractor(calls).open(context);
    }

    private static FaultyStorage.Rule failing(int times) {
        AtomicInteger left = new AtomicInteger(times);
        return (op, file) -> {
            boolean isSegment =
                    op == Op.WRITE
                            && file.getName(file.getNameCount() - 2).toString().equals("segments");
            if (isSegment && left.getAndDecrement() > 0) {
                throw new IOException("injected: WRITE of " + file.getFileName());
            }
        };
    }

    /** Opens a cache on a storage that fails; a fill that comes later shares its store. */
    static FeatureCache share(String directory, int times) {
        FaultyStorage storage = new FaultyStorage();
        storage.rule(failing(times));
        FeatureCacheBuilder builder =
                FeatureCache.builder()
                        .directory(Path.of(directory))
                        .moduleId("counting")
                        .fingerprint("counting");
        CachePlace.setOptions(builder);
        return Seams.storage(builder, storage).open();
    }
}
