package io.github.djlcachex.djl.internal.ids;

import io.github.djlcachex.djl.InvalidIdsException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.LongKeys;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.StringKeys;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.LongFunction;
import java.util.function.LongUnaryOperator;

/** Checks ids that callers give, as they may be null. */
public final class GivenIds {

    private static final String ADVICE = "give every row an id that is not null";

    private GivenIds() {}

    public static LongKeys of(long @Nullable [] ids) {
        return Keys.of(checked("ids", ids));
    }

    public static StringKeys of(@Nullable List<String> ids) {
        return LongIds.keys(checkedTexts(ids));
    }

    /**
     * Returns the list after it was checked for null.
     *
     * @throws InvalidIdsException if the list or an id is null
     */
    public static List<String> checkedTexts(@Nullable List<String> ids) {
        List<String> given = checked("ids", ids);
        int position = 0;
        for (String id : given) {
            checked("id at position " + position++, id);
        }
        return given;
    }

    /**
     * Returns the value after it was checked for null.
     *
     * @throws InvalidIdsException if it is
     */
    public static <T> T checked(String subject, @Nullable T value) {
        if (value == null) {
            throw new InvalidIdsException(Problem.of(subject, "a value", "null", ADVICE));
        }
        return value;
    }

    /** Returns the string id of a row or an input. The exception names its position. */
    public static String text(
            LongFunction<? extends @Nullable String> function, String what, long number) {
        String id = function.apply(number);
        if (id == null) {
            throw nullId(what, number, null);
        }
        return id;
    }

    /** Returns the integer id of a row or an input. A boxed null becomes a typed exception. */
    public static long number(LongUnaryOperator function, String what, long number) {
        try {
            return function.applyAsLong(number);
        } catch (NullPointerException e) {
            throw nullId(what, number, e);
        }
    }

    private static InvalidIdsException nullId(
            String what, long number, @Nullable NullPointerException cause) {
        return new InvalidIdsException(
                Problem.of(
                        "id of " + what + " " + number,
                        "a value",
                        cause == null ? "null" : "null, or a function that failed on one: " + cause,
                        "let the function give every " + what + " an id that is not null",
                        cause));
    }
}
