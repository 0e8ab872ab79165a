package io.github.djlcachex.tensor;

/** What became of a put. */
public enum PutOutcome {
    /** The entry is stored. */
    STORED,
    /** It is smaller than is worth caching. */
    TOO_SMALL,
    /** It was computed faster than is worth caching. */
    TOO_CHEAP,
    /** It would pass the limit of the cache. */
    CACHE_FULL,
    /** The disk has no room for it. */
    DISK_FULL,
    /** The memory has no room to make ready what is stored. */
    NO_MEMORY,
    /** This cache may not write. */
    READ_ONLY,
    /** The disk did not take it in time, or at all. */
    NOT_WRITTEN
}
