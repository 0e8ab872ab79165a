package io.github.djlcachex.cache;

/** What is wrong with a generation, if anything, as far as its listing tells. */
public enum GenerationCondition {

    /** Nothing is known to be wrong. */
    INTACT,

    /**
     * Its contract is missing, damaged, or in conflict with another. A segment repeats it, so that
     * the next open writes it again, unless there is no segment.
     */
    NO_CONTRACT,

    /** A newer version wrote it, or some of its segments. No operation removes what is newer. */
    NEWER_FORMAT
}
