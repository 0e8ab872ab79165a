package io.github.djlcachex.cache;

/** What {@code put} does when the rows that wait to be written fill the queue. */
public enum FullQueuePolicy {
    /**
     * Wait up to {@link FeatureCacheBuilder#putTimeout}, then decline; decline at once while
     * writing fails.
     */
    WAIT,
    /** Decline at once. */
    DECLINE
}
