package io.github.djlcachex.cli;

import io.github.djlcachex.cache.CacheDirectory;
import io.github.djlcachex.cache.CacheLimits;
import io.github.djlcachex.cache.DiskUsage;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.GenerationInfo;
import io.github.djlcachex.row.CacheException;

import java.util.Optional;

/**
 * GenerationFacts are what {@code info} tells of a generation beyond its listing.
 *
 * @param index what the index tells, or empty if the generation cannot be opened
 * @param problem why it cannot be opened; empty if it can
 * @param limits the limits of the cache directory, if it has any that can be read
 * @param usage the sizes of all files of the cache directory
 */
record GenerationFacts(
        GenerationInfo generation,
        Optional<Index> index,
        String problem,
        Optional<CacheLimits> limits,
        DiskUsage usage) {

    /**
     * What the index of an open cache tells.
     *
     * @param distinctRows the ids that have a row
     * @param garbagePercent how many in a hundred rows of the files no id leads to
     * @param unindexedRows the rows whose keys an open reads
     */
    record Index(long distinctRows, double garbagePercent, long unindexedRows) {}

    static GenerationFacts of(CacheDirectory directory, GenerationInfo generation) {
        Optional<Index> index = Optional.empty();
        String problem = "";
        try (FeatureCache cache = OpenedGeneration.readOnly(generation)) {
            index =
                    Optional.of(
                            new Index(
                                    cache.rowCount(),
                                    cache.stats().garbagePercent(),
                                    cache.stats().unindexedRows()));
        } catch (CacheException e) {
            problem = String.valueOf(e.getMessage());
        }
        return new GenerationFacts(
                generation, index, problem, directory.limits(), directory.usage());
    }
}
