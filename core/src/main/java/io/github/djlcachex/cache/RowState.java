package io.github.djlcachex.cache;

/** A RowState is what became of the row of a key, see {@link FeatureCache#explain}. */
public enum RowState {

    /** It is on disk, whole, and is served. */
    STORED,

    /** It waits in memory, or is kept there. */
    IN_MEMORY,

    /** It is in a file whose rows are older than {@link FeatureCacheBuilder#expireAfterWrite}. */
    EXPIRED,

    /** It is on disk, but not as it was written. */
    DAMAGED,

    /** It was removed. */
    REMOVED,

    /**
     * No file that can be read has it, but some file cannot be read, and may have it; or the index
     * knows it, but its file is gone. A removed row is unknown while a newer file cannot be read.
     */
    UNKNOWN,

    /** No file has it: it was never stored, or its file is gone. */
    NEVER_STORED
}
