package io.github.djlcachex.cache;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

import io.github.djlcachex.internal.store.GenerationChoice;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Duration;

/**
 * GenerationFilter says which generations {@link CacheDirectory#removeGenerations} removes. Of two
 * conditions both must hold. Immutable.
 */
public final class GenerationFilter {

    private final GenerationChoice choice;
    private final boolean dryRun;

    private GenerationFilter(GenerationChoice choice, boolean dryRun) {
        this.choice = choice;
        this.dryRun = dryRun;
    }

    /**
     * Returns a builder without any condition.
     *
     * @return the builder
     */
    public static Builder builder() {
        return new Builder();
    }

    GenerationChoice choice() {
        return choice;
    }

    boolean isDryRun() {
        return dryRun;
    }

    @Override
    public String toString() {
        return choice.toString().replaceFirst("GenerationChoice", "GenerationFilter")
                + (dryRun ? ", dry run" : "");
    }

    /**
     * The conditions to be. Each setter throws {@link InvalidOptionException} for null, for a value
     * out of its range, and for a second call with another value. Not safe for use by several
     * threads.
     */
    public static final class Builder {

        private static final Duration LEAST_AGE = Duration.ofHours(1);
        private static final Duration MOST_AGE = Duration.ofDays(36_500);

        private @Nullable Duration olderThan;
        private @Nullable Integer keepLast;
        private @Nullable String moduleId;
        private @Nullable Path generation;
        private @Nullable Boolean dryRun;

        private Builder() {}

        /**
         * Removes only generations whose last use is longer ago, an hour to a hundred years.
         *
         * @param age the time since the last use
         * @return this builder
         */
        @CanIgnoreReturnValue
        public Builder olderThan(Duration age) {
            Duration given = OptionRules.once("olderThan", olderThan, age);
            if (given.compareTo(LEAST_AGE) < 0 || given.compareTo(MOST_AGE) > 0) {
                throw new InvalidOptionException(
                        Problem.of(
                                "option olderThan",
                                LEAST_AGE + " to " + MOST_AGE,
                                given.toString(),
                                "use a longer age: what was used just now may be needed again"));
            }
            olderThan = given;
            return this;
        }

        /**
         * Keeps the generations of each module that were used last, whatever their age.
         *
         * @param generations how many of each module stay, 0 and more
         * @return this builder
         */
        @CanIgnoreReturnValue
        public Builder keepLast(int generations) {
            if (generations < 0) {
                throw new InvalidOptionException(
                        Problem.of(
                                "option keepLast",
                                "0 and more",
                                Integer.toString(generations),
                                "say how many generations of a module stay"));
            }
            keepLast = OptionRules.once("keepLast", keepLast, generations);
            return this;
        }

        /**
         * Removes only generations of one module. Default: of all modules.
         *
         * @param moduleId the module's id
         * @return this builder
         */
        @CanIgnoreReturnValue
        public Builder moduleId(String moduleId) {
            this.moduleId = OptionRules.once("moduleId", this.moduleId, moduleId);
            return this;
        }

        /**
         * Removes one generation alone. Default: any.
         *
         * @param generation the generation, as {@link CacheDirectory#generations} lists it
         * @return this builder
         */
        @CanIgnoreReturnValue
        public Builder generation(GenerationInfo generation) {
            Path given = OptionRules.once("generation", null, generation).directory();
            this.generation = OptionRules.once("generation", this.generation, given);
            return this;
        }

        /**
         * Sets whether nothing is removed and the report says what would be. Default: false.
         *
         * @param dryRun true to change nothing
         * @return this builder
         */
        @CanIgnoreReturnValue
        public Builder dryRun(boolean dryRun) {
            this.dryRun = OptionRules.once("dryRun", this.dryRun, dryRun);
            return this;
        }

        /**
         * Returns the filter.
         *
         * @return the filter
         * @throws InvalidOptionException if neither an age, a number to keep nor a generation is
         *     set
         */
        public GenerationFilter build() {
            if (olderThan == null && keepLast == null && generation == null) {
                throw new InvalidOptionException(
                        Problem.of(
                                "generation filter",
                                "olderThan, keepLast or a generation",
                                "none of them",
                                "set one; keepLast(0) alone removes all that no process uses"));
            }
            return new GenerationFilter(
                    new GenerationChoice(
                            moduleId,
                            generation,
                            olderThan == null ? 0 : olderThan.toMillis(),
                            keepLast == null ? 0 : keepLast),
                    Boolean.TRUE.equals(dryRun));
        }
    }
}
