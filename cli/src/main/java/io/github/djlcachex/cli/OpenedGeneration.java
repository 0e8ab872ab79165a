package io.github.djlcachex.cli;

import io.github.djlcachex.cache.ChecksumPolicy;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FeatureCacheBuilder;
import io.github.djlcachex.cache.GenerationInfo;
import io.github.djlcachex.cache.MaintenanceMode;

import java.time.Duration;
import java.util.Optional;

/** The opening of a generation by a command, which does only what it was called for. */
final class OpenedGeneration {

    private OpenedGeneration() {}

    /** Opens a generation without ever writing to its directory. */
    static FeatureCache readOnly(GenerationInfo generation) {
        return builder(generation).readOnly(true).open();
    }

    /** Opens a generation without ever writing, with an age that its rows expire at. */
    static FeatureCache readOnly(GenerationInfo generation, Optional<Duration> expireAfter) {
        FeatureCacheBuilder builder = builder(generation).readOnly(true);
        expireAfter.ifPresent(builder::expireAfterWrite);
        return builder.open();
    }

    /** Opens a generation to change it, whatever rank a launcher's variables give to this shell. */
    static FeatureCache writable(GenerationInfo generation) {
        return builder(generation).rank(0, 1).open();
    }

    /** Opens a generation for a change, or for its dry run, which never writes. */
    static FeatureCache forChange(GenerationInfo generation, boolean dryRun) {
        return dryRun ? readOnly(generation) : writable(generation);
    }

    /** Opens a generation without ever writing, and checks a row at each of its reads. */
    static FeatureCache checkingEveryRead(GenerationInfo generation) {
        return builder(generation).checksumPolicy(ChecksumPolicy.EVERY_READ).readOnly(true).open();
    }

    private static FeatureCacheBuilder builder(GenerationInfo generation) {
        return FeatureCache.builder(generation)
                .memoryTierBytes(0)
                .refreshInterval(Duration.ZERO)
                .maintenance(MaintenanceMode.MANUAL)
                .shutdownHook(false);
    }
}
