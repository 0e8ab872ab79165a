package io.github.djlcachex.cache;

/** A FindingLevel says how much a {@link FilesystemFinding} matters. */
public enum FindingLevel {

    /** It is as a cache needs it. */
    GOOD,

    /** The system does not tell, or the check could not be made. */
    UNKNOWN,

    /** A cache works with it; the advice says what it costs. */
    NOTE,

    /** Rows may be lost or not be stored. */
    PROBLEM
}
