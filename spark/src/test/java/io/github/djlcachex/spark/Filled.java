package io.github.djlcachex.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.LongKeys;

import java.nio.file.Path;
import java.util.stream.LongStream;

/** Checks a cache that a job with a {@link CountingExtractor} has filled. */
final class Filled {

    private Filled() {}

    /** Opens the cache of a counting extractor to read. */
    static FeatureCache open(Path directory) {
        return FeatureCache.builder()
                .directory(directory)
                .moduleId("counting")
                .fingerprint("counting")
                .readOnly(true)
                .open();
    }

    /** Checks that the cache has just these rows, intact and right. */
    static void hasJust(Path directory, long firstId, long endId) {
        try (FeatureCache cache = open(directory)) {
            assertThat(cache.verify().isIntact()).isTrue();
            assertThat(((LongKeys) cache.keys()).toArray())
                    .containsExactlyInAnyOrder(LongStream.range(firstId, endId).toArray());
            for (long id = firstId; id < endId; id++) {
                assertThat(cache.get(id)).hasValue(CountingExtractor.vector(id));
            }
        }
    }
}
