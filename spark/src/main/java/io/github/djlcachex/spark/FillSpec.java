package io.github.djlcachex.spark;

import java.io.Serializable;

/**
 * A FillSpec is what every task of a fill needs, and travels with it.
 *
 * @param run names the run: one extractor is open for it in each JVM
 * @param generation the directory of the driver's generation, which has its fingerprint in its
 *     name; empty on the driver, before it is known
 */
record FillSpec(
        String run,
        ExtractorFactory factory,
        ModelFiles files,
        CachePlace place,
        String generation,
        IdColumn idColumn,
        int batchRows,
        int maxBadRows)
        implements Serializable {

    FillSpec withGeneration(String name) {
        return new FillSpec(run, factory, files, place, name, idColumn, batchRows, maxBadRows);
    }
}
