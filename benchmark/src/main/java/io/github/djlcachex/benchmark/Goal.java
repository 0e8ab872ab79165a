package io.github.djlcachex.benchmark;

import org.jspecify.annotations.Nullable;

import java.util.Locale;

/**
 * What a figure should reach: a bound of its value, or of its ratio to the limit.
 *
 * @param subject what is held against the bound
 * @param direction on which side of the bound it should be
 * @param bound the bound, which itself is good enough
 */
record Goal(Goal.Subject subject, Goal.Direction direction, double bound) {

    /** What is held against the bound. */
    enum Subject {
        VALUE,
        RATIO
    }

    /** The side of the bound that is good. */
    enum Direction {
        AT_LEAST(">="),
        AT_MOST("<=");

        private final String symbol;

        Direction(String symbol) {
            this.symbol = symbol;
        }
    }

    static Goal ratioAtLeast(double bound) {
        return new Goal(Subject.RATIO, Direction.AT_LEAST, bound);
    }

    static Goal ratioAtMost(double bound) {
        return new Goal(Subject.RATIO, Direction.AT_MOST, bound);
    }

    static Goal valueAtLeast(double bound) {
        return new Goal(Subject.VALUE, Direction.AT_LEAST, bound);
    }

    static Goal valueAtMost(double bound) {
        return new Goal(Subject.VALUE, Direction.AT_MOST, bound);
    }

    /** Whether the bound is kept; null if it is a ratio's and there is none. */
    @Nullable Boolean met(double value, @Nullable Double ratio) {
        if (subject == Subject.RATIO && ratio == null) {
            return null;
        }
        double found = subject == Subject.VALUE || ratio == null ? value : ratio;
        return direction == Direction.AT_LEAST ? found >= bound : found <= bound;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s %s %s",
                subject.name().toLowerCase(Locale.ROOT),
                direction.symbol,
                bound == Math.rint(bound) ? Long.toString((long) bound) : Double.toString(bound));
    }
}
