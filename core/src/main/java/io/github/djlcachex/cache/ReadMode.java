package io.github.djlcachex.cache;

/** How segment files are read. */
public enum ReadMode {
    /**
     * Mapped; positional on a network filesystem and beyond 4,096 mappings, and rows that come from
     * the disk instead of memory.
     */
    AUTOMATIC,
    /** Mapped, on any filesystem; positional beyond 4,096 mappings. */
    MAPPED,
    /** By positional reads, one a row and column. */
    POSITIONAL
}
