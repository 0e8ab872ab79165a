package io.github.djlcachex.cache;

/** What a check found a segment file to be. */
public enum SegmentCondition {
    /** Every byte that matters is as it was written. */
    INTACT,

    /** Some rows are not what was written; the others are served. */
    DAMAGED_ROWS,

    /** Metadata or keys are not what was written; none of its rows is found at the next open. */
    DAMAGED,

    /** It belongs to another module, fingerprint or schema, and is never served here. */
    FOREIGN,

    /** A newer version wrote it. */
    NEWER_FORMAT,

    /** The filesystem did not give its bytes; it may be intact. */
    UNREADABLE
}
