package io.github.djlcachex.cache;

/** How segment files are read. */
public enum ReadMode {
    /**
     * Mapped; positional on a network filesystem, and where the system gives no mapping or the
     * process has seven eighths of those that it may have. Rows that come from the disk instead of
     * memory are read by positional reads from mapped files too, of as many files as a quarter of
     * the descriptors that the process may have, 256 to 8,192.
     */
    AUTOMATIC,
    /**
     * Mapped, on any filesystem; positional where no mapping is left. A page fault on a network
     * filesystem whose server hangs stops every thread of the JVM until the server answers.
     */
    MAPPED,
    /** By positional reads, one a row and column. */
    POSITIONAL
}
