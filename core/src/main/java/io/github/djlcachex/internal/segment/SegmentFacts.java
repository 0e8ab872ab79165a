package io.github.djlcachex.internal.segment;

/**
 * What the metadata of a segment file says of it.
 *
 * @param contract the contract that it repeats
 * @param rows how many rows it was written with
 * @param fileBytes the size of the file
 * @param lineage the segments that its rows come from
 */
public record SegmentFacts(Contract contract, int rows, long fileBytes, Lineage lineage) {

    static SegmentFacts of(SegmentHeader header) {
        return new SegmentFacts(
                header.contract(),
                header.seal().rows(),
                header.fileBytes(),
                header.facts().lineage());
    }

    /** {@return when its oldest row was written, in milliseconds since 1970} */
    public long oldestRowMs() {
        return lineage.oldestRowMs();
    }
}
