package io.github.djlcachex.row;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * GivenOptions holds the values that a builder's setters were given, and refuses null and a second,
 * different value of one option. It is not safe for use by several threads.
 */
@Internal
public final class GivenOptions {

    private final Map<String, Object> given = new HashMap<>();

    /** Creates the options of a builder, none of which is set. */
    public GivenOptions() {}

    /**
     * Keeps the value of an option.
     *
     * @param option names the option in a message
     * @param value what the setter was given
     * @param <T> the type of the value
     * @return the value
     * @throws InvalidOptionException if it is null, or the option has another value already
     */
    public <T> T once(String option, @Nullable T value) {
        T checked = given(option, value);
        Object before = given.putIfAbsent(option, checked);
        if (before != null && !before.equals(checked)) {
            throw new InvalidOptionException(
                    Problem.of(option, "one value", before + ", then " + checked, "set it once"));
        }
        return checked;
    }

    /**
     * Keeps the values of an option that takes several, under the same rule.
     *
     * @param option names the option in a message
     * @param values what the setter was given
     * @param <T> the type of a value
     * @return the values
     * @throws InvalidOptionException if they or one of them are null, or the option has other
     *     values already
     */
    public <T> List<T> once(String option, T @Nullable [] values) {
        List<@Nullable T> given = Arrays.asList(given(option, values));
        given.forEach(value -> given(option, value));
        return once(option, List.copyOf(given));
    }

    /**
     * Keeps a number that has a smallest value, under the same rule.
     *
     * @param option names the option in a message
     * @param value what the setter was given
     * @param smallest the smallest value
     * @return the value
     * @throws InvalidOptionException if it is smaller, or the option has another value already
     */
    public int once(String option, int value, int smallest) {
        if (value < smallest) {
            throw new InvalidOptionException(
                    Problem.of(option, smallest + " or more", "" + value, "change the option"));
        }
        return once(option, value);
    }

    /**
     * Returns what a setter was given.
     *
     * @param option names the option in a message
     * @param value what the setter was given
     * @param <T> the type of the value
     * @return the value
     * @throws InvalidOptionException if it is null
     */
    public static <T> T given(String option, @Nullable T value) {
        if (value == null) {
            throw new InvalidOptionException(
                    Problem.of(option, "a value", "null", "leave it unset for the default"));
        }
        return value;
    }

    /**
     * Returns the value of an option that must be set.
     *
     * @param value the value, or null if it was not set
     * @param option names the option in a message
     * @param setter the method that sets it
     * @param <T> the type of the value
     * @return the value
     * @throws InvalidOptionException if it was not set
     */
    public static <T> T required(@Nullable T value, String option, String setter) {
        if (value == null) {
            throw new InvalidOptionException(
                    Problem.of(option, "a value", "none", "call " + setter));
        }
        return value;
    }
}
