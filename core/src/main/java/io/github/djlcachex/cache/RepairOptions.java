package io.github.djlcachex.cache;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

import io.github.djlcachex.internal.store.VerifyPlan;
import io.github.djlcachex.row.InvalidOptionException;

import org.jspecify.annotations.Nullable;

/**
 * RepairOptions say who is told how far {@link FeatureCache#repair(RepairOptions)} is. Immutable.
 */
public final class RepairOptions {

    private final ReadProgress progress;

    private RepairOptions(ReadProgress progress) {
        this.progress = progress;
    }

    /**
     * Returns a builder; without an option set nobody is told.
     *
     * @return the builder
     */
    public static Builder builder() {
        return new Builder();
    }

    VerifyPlan.Progress progress() {
        return progress::read;
    }

    /**
     * The options to be. Each setter throws {@link InvalidOptionException} for null, and for a
     * second call with another value. Not safe for use by several threads.
     */
    public static final class Builder {

        private @Nullable ReadProgress progress;

        private Builder() {}

        /**
         * Sets who is told how far the repair is. Default: nobody.
         *
         * @param progress is called by the thread that repairs
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
        public RepairOptions build() {
            return new RepairOptions(progress == null ? (bytes, of) -> {} : progress);
        }
    }
}
