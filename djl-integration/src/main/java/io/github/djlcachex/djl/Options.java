package io.github.djlcachex.djl;

import io.github.djlcachex.row.GivenOptions;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/** Checks the values that builders are given. */
final class Options {

    private static final Duration A_DAY = Duration.ofDays(1);

    private Options() {}

    /**
     * Returns the value of an option that must be set.
     *
     * @throws InvalidOptionException if it is not
     */
    static <T> T required(@Nullable T value, String option, String setter) {
        return GivenOptions.required(value, option, setter);
    }

    /**
     * Refuses a value.
     *
     * @throws InvalidOptionException unless it holds
     */
    static void check(boolean holds, String option, String expected, Object found) {
        if (!holds) {
            throw new InvalidOptionException(
                    Problem.of(option, expected, String.valueOf(found), "change the option"));
        }
    }

    /**
     * Returns a time.
     *
     * @throws InvalidOptionException if it is not positive, or longer than a day
     */
    static Duration upToADay(String option, Duration time) {
        boolean holds = !time.isZero() && !time.isNegative() && time.compareTo(A_DAY) <= 0;
        check(holds, option, "more than nothing, up to a day", time);
        return time;
    }

    /**
     * Returns what a setter was given.
     *
     * @throws InvalidOptionException if it is null
     */
    static <T> T given(String option, @Nullable T value) {
        return GivenOptions.given(option, value);
    }

    /**
     * Returns positions of inputs, which a setter may be given once.
     *
     * @throws InvalidOptionException if they are null, one is negative, or there were others before
     */
    static Set<Integer> positionsOnce(
            GivenOptions options, String option, int @Nullable [] positions) {
        Set<Integer> set =
                Arrays.stream(given(option, positions))
                        .boxed()
                        .collect(Collectors.toUnmodifiableSet());
        set.forEach(position -> check(position >= 0, option, "0 or more", position));
        return options.once(option, set);
    }
}
