package io.github.djlcachex.djl;

/**
 * Says what a {@link CacheBlockDecorator} does when a cached row differs from what the wrapped
 * block computes now.
 *
 * <p>The audit computes some cached rows again and compares them: the first 64 hits of a decorator,
 * then one hit in 1,000, as long as that takes less than a hundredth of the time. It also computes
 * two rows of the first batch again, each alone. Floating-point values may differ by 1e-4 (FLOAT16:
 * 1e-2) of the largest value in the row, or of 1 if that is larger, but by no more than a hundredth
 * of the largest value. All other values must be equal.
 *
 * <p>A row differs if its id named another sample before, if the sample or its preprocessing has
 * changed, or if a random transform runs in front of the cache. It also differs if the extractor
 * depends on the other rows of its batch, keeps state or quantizes by batch, or if its code has
 * changed where the fingerprint does not see it.
 */
public enum AuditMode {
    /**
     * Logs a warning and returns the computed row. All hits are then computed again until 64
     * consecutive ones agree with the cache. This is the default.
     */
    WARN,

    /** Throws {@link AuditFailedException}. */
    FAIL,

    /** Compares nothing. */
    OFF
}
