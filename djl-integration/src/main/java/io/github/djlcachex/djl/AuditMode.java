package io.github.djlcachex.djl;

/**
 * What a {@link CacheBlockDecorator} does when a cached row is not what the wrapped block computes
 * now.
 *
 * <p>The audit computes some cached rows again and compares them: the first 64 hits of a decorator,
 * and then one hit in 1,000, as long as that takes less than a hundredth of the time. It also
 * computes two rows of the first batch once more, each alone. Floating-point values may differ by
 * 1e-4 (FLOAT16: 1e-2) of the row's largest value, or of 1 if that is more, but by no more than a
 * hundredth of the row's largest value; all others not at all.
 *
 * <p>A row differs if its id named another sample before, if the sample or its preprocessing was
 * changed, if a random transform runs in front of the cache, if the extractor depends on the other
 * rows of its batch, keeps state or quantizes by batch, or if its code was changed where the
 * fingerprint does not see it.
 */
public enum AuditMode {
    /**
     * Logs a warning, and returns the row that was just computed. All hits are then computed again,
     * until 64 in a row agree with the cache. This is the default.
     */
    WARN,

    /** Throws {@link AuditFailedException}. */
    FAIL,

    /** Compares nothing. */
    OFF
}
