package io.github.djlcachex.internal.segment;

/**
 * What proves that a file of a segment's name is that segment: a name is used once, and the
 * metadata repeats it.
 *
 * @param rows the number of rows
 * @param metadataCrc the checksum of the metadata
 * @param keysCrc the checksum of the keys
 */
public record SegmentProof(int rows, int metadataCrc, int keysCrc) {

    static SegmentProof of(SegmentHeader header) {
        return of(header.seal());
    }

    static SegmentProof of(Seal seal) {
        return new SegmentProof(seal.rows(), seal.metadataCrc(), seal.keysCrc());
    }
}
