package io.github.djlcachex.cache;

/** How often a row that is read from a segment file is checked against its CRC32C. */
public enum ChecksumPolicy {
    /** At every read. Nothing damaged is ever returned. */
    EVERY_READ,
    /**
     * At the first read of each row by this process. What this gives up: a file that is overwritten
     * in place, truncated, or damaged in the page cache after that read is not noticed.
     */
    FIRST_READ,
    /** Never. Damaged rows are returned as they are. */
    OFF
}
