package io.github.djlcachex.cache;

import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

/** OptionRules are what holds for every setter: no null, and no second, different value. */
final class OptionRules {

    private OptionRules() {}

    /** Returns the value, unless it is null or the option has another one. */
    static <T> T once(String option, @Nullable T before, @Nullable T value) {
        if (value == null) {
            throw refused(option, "a value", "null", "leave it unset for the default");
        }
        if (before != null && !before.equals(value)) {
            throw refused(option, "one value", before + ", then " + value, "set it once");
        }
        return value;
    }

    /** Returns the value of an option that has no default. */
    static <T> T required(String option, @Nullable T value) {
        if (value == null) {
            throw refused(option, "a value", "none", "set it before open()");
        }
        return value;
    }

    /** Refuses a negative number of a column. */
    static void checkNumber(String option, int column) {
        if (column < 0) {
            throw refused(option, "a column from 0", Integer.toString(column), "count from 0");
        }
    }

    private static InvalidOptionException refused(
            String option, String expected, String found, String advice) {
        return new InvalidOptionException(Problem.of("option " + option, expected, found, advice));
    }
}
