package io.github.djlcachex.cache;

/** How segment files are read. */
public enum ReadMode {
    /**
     * Mapped; positional on a network filesystem and beyond 4,096 mappings. Rows that come from the
     * disk instead of memory are read by positional reads from mapped files too, of as many files
     * as a quarter of the descriptors that the process may have, 256 to 8,192.
     */
    AUTOMATIC,
    /** Mapped, on any filesystem; positional beyond 4,096 mappings. */
    MAPPED,
    /** By positional reads, one a row and column. */
    POSITIONAL
}
