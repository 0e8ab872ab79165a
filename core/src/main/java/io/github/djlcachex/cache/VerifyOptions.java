package io.github.djlcachex.cache;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

import io.github.djlcachex.internal.store.VerifyPlan;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

/**
 * VerifyOptions say how much {@link FeatureCache#verify(VerifyOptions)} reads, and who is told how
 * far it is. Immutable.
 */
public final class VerifyOptions {

    private final VerifyPlan plan;

    private VerifyOptions(VerifyPlan plan) {
        this.plan = plan;
    }

    /**
     * Returns a builder; without an option set everything is read, and nobody is told.
     *
     * @return the builder
     */
    public static Builder builder() {
        return new Builder();
    }

    VerifyPlan plan() {
        return plan;
    }

    @Override
    public String toString() {
        return "VerifyOptions[sample=" + plan.share() + "]";
    }

    /**
     * The options to be. Each setter throws {@link InvalidOptionException} for null, for a value
     * out of its range, and for a second call with another value. Not safe for use by several
     * threads.
     */
    public static final class Builder {

        private @Nullable Double sample;
        private @Nullable ReadProgress progress;

        private Builder() {}

        /**
         * Has files read that were chosen at random, at least one and so many that they have a
         * share of all bytes. The files that were not chosen are not in the report, which tells how
         * many they are. Default: 1, all files.
         *
         * @param share the share, above 0 and at most 1
         * @return this builder
         */
        @CanIgnoreReturnValue
        public Builder sample(double share) {
            if (!(share > 0 && share <= 1)) {
                throw new InvalidOptionException(
                        Problem.of(
                                "option sample",
                                "a share above 0 and at most 1",
                                Double.toString(share),
                                "use 0.05 for five in a hundred bytes"));
            }
            sample = OptionRules.once("sample", sample, share);
            return this;
        }

        /**
         * Sets who is told how far the check is. Default: nobody.
         *
         * @param progress is called by the thread that checks
         * @return this builder
         */
        @CanIgnoreReturnValue
        public Builder progress(ReadProgress progress) {
            this.progress = OptionRules.once("progress", this.progress, progress);
            return this;
        }

        /**
         * Returns the options.
         *
         * @return the options
         */
        public VerifyOptions build() {
            ReadProgress told = progress == null ? (bytes, of) -> {} : progress;
            return new VerifyOptions(new VerifyPlan(sample == null ? 1 : sample, told::read));
        }
    }
}
