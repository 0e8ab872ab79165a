package io.github.djlcachex.spark;

import org.jspecify.annotations.Nullable;

import java.io.Serializable;

/**
 * A FillSpec is what every task of a fill needs, and travels with it.
 *
 * @param run names the run: one extractor is open for it in each JVM
 * @param fingerprint the fingerprint of the driver's extractor; null on the driver, before it is
 *     known
 */
record FillSpec(
        String run,
        ExtractorFactory factory,
        ModelFiles files,
        CachePlace place,
        @Nullable String fingerprint,
        IdColumn idColumn,
        int batchRows,
        int maxBadRows)
        implements Serializable {

    FillSpec withFingerprint(String found) {
        return new FillSpec(run, factory, files, place, found, idColumn, batchRows, maxBadRows);
    }
}
