package io.github.djlcachex.cache;

/** What a cache does when its directory is as large as its {@link CacheLimits} allow. */
public enum LimitPolicy {

    /**
     * New rows are declined and what is stored stays. It is the default, because an epoch asks for
     * all rows in turn: a cache that removes old rows for new ones has removed each row by the time
     * it is asked for again.
     */
    STOP,

    /**
     * Old rows are removed for new ones: first the generations that no process uses, the least
     * recently used one first, and then the oldest segments of the generation that is written.
     */
    EVICT
}
