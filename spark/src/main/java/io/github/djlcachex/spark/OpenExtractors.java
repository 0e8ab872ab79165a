package io.github.djlcachex.spark;

import io.github.djlcachex.spark.internal.Leases;

/**
 * OpenExtractors are the extractors that are open in this JVM: one for each run and GPU, which all
 * tasks share.
 */
final class OpenExtractors {

    private static final Leases<Id, OpenExtractor> OPEN = new Leases<>(OpenExtractor::close);

    record Id(String run, int gpu) {}

    private OpenExtractors() {}

    /**
     * Returns the extractor of a run, and opens it if it is not open.
     *
     * @param gpu the number of the GPU, or -1
     * @throws OtherExtractorException if it is not the driver's
     */
    static Leases<Id, OpenExtractor>.Lease lease(FillSpec spec, int gpu) {
        return OPEN.lease(new Id(spec.run(), gpu), () -> OpenExtractor.open(spec, gpu));
    }
}
