package io.github.djlcachex.tensor;

import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/** Given holds what a builder's setters were given, and refuses null and a second, other value. */
final class Given {

    private final Map<String, Object> given = new HashMap<>();

    <T> T once(String option, @Nullable T value) {
        T checked = notNull(option, value);
        Object before = given.putIfAbsent(option, checked);
        if (before != null && !before.equals(checked)) {
            throw refused(option, "one value", before + ", then " + checked, "set it once");
        }
        return checked;
    }

    long within(String option, long least, long most, long value) {
        if (value < least || value > most) {
            throw refused(option, least + " to " + most, String.valueOf(value), "change it");
        }
        return once(option, value);
    }

    static <T> T required(@Nullable T value, String option, String setter) {
        if (value == null) {
            throw refused(option, "a value", "none", "call " + setter);
        }
        return value;
    }

    static <T> T notNull(String subject, @Nullable T value) {
        if (value == null) {
            throw refused(subject, "a value", "null", "pass one");
        }
        return value;
    }

    private static InvalidOptionException refused(
            String subject, String expected, String found, String advice) {
        return new InvalidOptionException(Problem.of(subject, expected, found, advice));
    }
}
