package io.github.djlcachex.djl;

import io.github.djlcachex.row.InvalidOptionException;

import org.jspecify.annotations.Nullable;

import java.util.Set;

/** Checks of what builders are given. */
final class Options {

    private Options() {}

    /**
     * Returns the value of an option that must be set.
     *
     * @throws InvalidOptionException if it is not
     */
    static <T> T required(@Nullable T value, String option, String setter) {
        if (value == null) {
            throw new InvalidOptionException(option, "a value", "none", "call " + setter);
        }
        return value;
    }

    /**
     * Refuses a value.
     *
     * @throws InvalidOptionException unless it holds
     */
    static void check(boolean holds, String option, String expected, Object found) {
        if (!holds) {
            throw new InvalidOptionException(
                    option, expected, String.valueOf(found), "change the option");
        }
    }

    /**
     * Adds positions of inputs to others.
     *
     * @throws InvalidOptionException if one is negative
     */
    static void addPositions(Set<Integer> all, String option, int... positions) {
        for (int position : positions) {
            check(position >= 0, option, "0 or more", position);
            all.add(position);
        }
    }
}
