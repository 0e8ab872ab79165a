package io.github.djlcachex.internal.segment;

/**
 * What the metadata of a segment file says of it.
 *
 * @param fileBytes the size of the file
 * @param lineage the segments that its rows come from
 */
public record SegmentFacts(long fileBytes, Lineage lineage) {}
