package io.github.djlcachex.spark;

import org.jspecify.annotations.Nullable;

import java.io.Serializable;

/**
 * A FillSpec is what every task of a fill needs, and travels with it.
 *
 * @param run names the run: one extractor is open for it in each JVM
 * @param factory opens the extractor on a host
 * @param files the files of the model, which Spark brings to each host
 * @param place where the rows go
 * @param fingerprint the fingerprint of the driver's extractor; null on the driver, before it is
 *     known
 * @param idColumn the column of the ids
 * @param batchRows the most rows that the extractor gets at once
 * @param maxBadRows the most rows of the whole run that may fail
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
