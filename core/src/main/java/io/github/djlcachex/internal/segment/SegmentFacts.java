package io.github.djlcachex.internal.segment;

/**
 * What the metadata of a segment file says of it.
 *
 * @param name its name: writer and sequence
 * @param contract the contract that it repeats
 * @param rows how many rows it was written with
 * @param fileBytes the size of the file
 * @param committedAtMs when it was written, in milliseconds since 1970 by the writer's clock
 * @param lineage the segments that its rows come from
 */
public record SegmentFacts(
        SegmentName name,
        Contract contract,
        int rows,
        long fileBytes,
        long committedAtMs,
        Lineage lineage) {

    static SegmentFacts of(SegmentHeader header) {
        return new SegmentFacts(
                header.facts().name(),
                header.contract(),
                header.seal().rows(),
                header.fileBytes(),
                header.facts().committedAtMs(),
                header.facts().lineage());
    }

    /** {@return when its oldest row was written, in milliseconds since 1970} */
    public long oldestRowMs() {
        return lineage.oldestRowMs();
    }
}
