package io.github.djlcachex.interop;

import io.github.djlcachex.interop.internal.table.Refusals;

import org.jspecify.annotations.Nullable;

/** Options are what holds for every setter: no null, and no second, different value. */
final class Options {

    private Options() {}

    /** Returns the value, unless it is null or the option has another one. */
    static <T> T once(String option, @Nullable T before, @Nullable T value) {
        if (value == null) {
            throw Refusals.option(option, "a value", "null", "leave it unset for the default");
        }
        if (before != null && !before.equals(value)) {
            throw Refusals.option(option, "one value", before + ", then " + value, "set it once");
        }
        return value;
    }

    /** Returns the value of an option that has no default. */
    static <T> T required(String option, @Nullable T value) {
        if (value == null) {
            throw Refusals.option(option, "a value", "none", "set it before run()");
        }
        return value;
    }
}
