package io.github.djlcachex.cache;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

import io.github.djlcachex.internal.store.DirectoryLimits;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.util.OptionalLong;

/**
 * CacheLimits are how large a cache directory may become: in bytes, in files, or both. All files in
 * it count, of every module, temporary and damaged ones too.
 *
 * <p>The limits are kept in the directory, where {@link CacheDirectory#setLimits} writes them, so
 * that all processes obey the same. A process checks them before each segment that it writes. So
 * the directory may exceed its limit by one segment for each further process that writes at the
 * same time, and by one index snapshot for each generation that is written. Immutable.
 */
public final class CacheLimits {

    private final DirectoryLimits limits;

    CacheLimits(DirectoryLimits limits) {
        this.limits = limits;
    }

    /**
     * Returns a builder without any limit.
     *
     * @return the builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the most bytes that all files together may have.
     *
     * @return the size in bytes, or empty for any
     */
    public OptionalLong maxBytes() {
        return optional(limits.maxBytes());
    }

    /**
     * Returns the most files that the directory may have.
     *
     * @return the number of files, or empty for any
     */
    public OptionalLong maxFiles() {
        return optional(limits.maxFiles());
    }

    /**
     * Returns what happens at the limit.
     *
     * @return the policy
     */
    public LimitPolicy policy() {
        return limits.policy();
    }

    private static OptionalLong optional(long limit) {
        return limit == DirectoryLimits.NONE ? OptionalLong.empty() : OptionalLong.of(limit);
    }

    DirectoryLimits limits() {
        return limits;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CacheLimits that && limits.equals(that.limits);
    }

    @Override
    public int hashCode() {
        return limits.hashCode();
    }

    @Override
    public String toString() {
        return "CacheLimits[maxBytes="
                + maxBytes()
                + ", maxFiles="
                + maxFiles()
                + ", policy="
                + policy()
                + "]";
    }

    /**
     * The limits to be. Each setter throws {@link InvalidOptionException} for null, for a number
     * out of its range, and for a second call with another value. Not safe for use by several
     * threads.
     */
    public static final class Builder {

        private @Nullable Long maxBytes;
        private @Nullable Long maxFiles;
        private @Nullable LimitPolicy policy;

        private Builder() {}

        /**
         * Sets the most bytes that all files together may have, 1 to 2^60. Default: any number.
         *
         * @param bytes the size in bytes
         * @return this builder
         */
        @CanIgnoreReturnValue
        public Builder maxBytes(long bytes) {
            check("maxBytes", bytes, DirectoryLimits.MOST_BYTES);
            this.maxBytes = OptionRules.once("maxBytes", this.maxBytes, bytes);
            return this;
        }

        /**
         * Sets the most files that the directory may have, 1 to 2^40. Default: any number.
         *
         * @param files the number of files
         * @return this builder
         */
        @CanIgnoreReturnValue
        public Builder maxFiles(long files) {
            check("maxFiles", files, DirectoryLimits.MOST_FILES);
            this.maxFiles = OptionRules.once("maxFiles", this.maxFiles, files);
            return this;
        }

        /**
         * Sets what happens at the limit. Default: {@link LimitPolicy#STOP}.
         *
         * @param policy the policy
         * @return this builder
         */
        @CanIgnoreReturnValue
        public Builder policy(LimitPolicy policy) {
            this.policy = OptionRules.once("policy", this.policy, policy);
            return this;
        }

        /**
         * Returns the limits.
         *
         * @return the limits
         * @throws InvalidOptionException if neither bytes nor files are limited
         */
        public CacheLimits build() {
            if (maxBytes == null && maxFiles == null) {
                throw new InvalidOptionException(
                        Problem.of(
                                "cache limits",
                                "maxBytes, maxFiles or both",
                                "neither",
                                "set one, or call CacheDirectory.removeLimits"));
            }
            return new CacheLimits(
                    new DirectoryLimits(
                            maxBytes == null ? DirectoryLimits.NONE : maxBytes,
                            maxFiles == null ? DirectoryLimits.NONE : maxFiles,
                            policy == null ? LimitPolicy.STOP : policy));
        }

        private static void check(String option, long value, long most) {
            if (value < 1 || value > most) {
                throw new InvalidOptionException(
                        Problem.of(
                                "option " + option,
                                "1 to " + most,
                                Long.toString(value),
                                "choose a value within the limits"));
            }
        }
    }
}
