package io.github.djlcachex.djl;

import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * GivenOptions holds the values that a builder's setters were given, and refuses null and a second,
 * different value of one option.
 */
final class GivenOptions {

    private final Map<String, Object> given = new HashMap<>();

    /**
     * Returns the value of an option.
     *
     * @throws InvalidOptionException if it is null, or the option has another value already
     */
    <T> T once(String option, @Nullable T value) {
        T checked = Options.given(option, value);
        Object before = given.putIfAbsent(option, checked);
        if (before != null && !before.equals(checked)) {
            throw new InvalidOptionException(
                    Problem.of(option, "one value", before + ", then " + checked, "set it once"));
        }
        return checked;
    }

    /** Returns the values of an option that takes several, under the same rule. */
    <T> List<T> once(String option, T @Nullable [] values) {
        List<@Nullable T> given = Arrays.asList(Options.given(option, values));
        given.forEach(value -> Options.given(option, value));
        return once(option, List.copyOf(given));
    }

    /**
     * Returns positions of inputs, under the same rule.
     *
     * @throws InvalidOptionException if one is negative
     */
    Set<Integer> positionsOnce(String option, int @Nullable [] positions) {
        Set<Integer> set =
                Arrays.stream(Options.given(option, positions))
                        .boxed()
                        .collect(Collectors.toUnmodifiableSet());
        set.forEach(position -> Options.check(position >= 0, option, "0 or more", position));
        return once(option, set);
    }
}
