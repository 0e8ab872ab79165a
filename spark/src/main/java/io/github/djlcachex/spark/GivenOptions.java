package io.github.djlcachex.spark;

import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/** GivenOptions are the values that setters were given. */
final class GivenOptions {

    private final Map<String, Object> values = new HashMap<>();

    /**
     * Keeps a value.
     *
     * @throws InvalidOptionException if it is null, or the option has another value already
     */
    <T> T once(String option, @Nullable T value) {
        if (value == null) {
            throw new InvalidOptionException(
                    Problem.of(option, "a value", "null", "change the option"));
        }
        Object before = values.putIfAbsent(option, value);
        if (before != null && !before.equals(value)) {
            throw new InvalidOptionException(
                    Problem.of(option, "one value", before + ", then " + value, "set it once"));
        }
        return value;
    }

    /** Keeps a number that has a smallest value. */
    int once(String option, int value, int smallest) {
        if (value < smallest) {
            throw new InvalidOptionException(
                    Problem.of(option, smallest + " or more", "" + value, "change the option"));
        }
        return once(option, value);
    }

    /**
     * Returns the value of an option that must be set.
     *
     * @throws InvalidOptionException if it is not
     */
    static <T> T required(@Nullable T value, String option, String setter) {
        if (value == null) {
            throw new InvalidOptionException(
                    Problem.of(option, "a value", "none", "call " + setter));
        }
        return value;
    }
}
