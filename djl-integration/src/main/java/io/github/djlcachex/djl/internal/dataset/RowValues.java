package io.github.djlcachex.djl.internal.dataset;

import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/**
 * RowValues holds a value of each row, its label or its group, as a small number: equal values have
 * one number, and the first value has 0.
 */
public final class RowValues {

    private final int[] codes;
    private final int[] counts;
    private final List<Object> values;

    private RowValues(int[] codes, List<Object> values) {
        this.codes = codes;
        this.values = values;
        this.counts = new int[values.size()];
        for (int code : codes) {
            counts[code]++;
        }
    }

    /** Returns one value for all rows. */
    static RowValues same(int rows) {
        return new RowValues(new int[rows], List.of("all rows"));
    }

    /**
     * Asks for the value of each row.
     *
     * @param subject what the values are, for the message
     * @throws InvalidOptionException if one is null, or an array, which equals itself alone
     */
    public static RowValues of(String subject, int rows, LongFunction<?> valueOf) {
        Map<Object, Integer> codeOf = new HashMap<>();
        List<Object> values = new ArrayList<>();
        int[] codes = new int[rows];
        for (int row = 0; row < rows; row++) {
            Object value = checked(subject, row, valueOf.apply(row));
            Integer code = codeOf.putIfAbsent(value, values.size());
            if (code == null) {
                code = values.size();
                values.add(value);
            }
            codes[row] = code;
        }
        return new RowValues(codes, values);
    }

    private static Object checked(String subject, int row, @Nullable Object value) {
        if (value == null || value.getClass().isArray()) {
            throw new InvalidOptionException(
                    Problem.of(
                            subject,
                            "a value for each row, compared by equals",
                            (value == null ? "null" : "an array") + " for row " + row,
                            "give every row a number or a text"));
        }
        return value;
    }

    int of(int row) {
        return codes[row];
    }

    int rows() {
        return codes.length;
    }

    /** Returns how many different values there are. */
    public int size() {
        return counts.length;
    }

    /** Returns how many rows have a value. */
    public int count(int code) {
        return counts[code];
    }

    /** Returns the value that a number stands for. */
    public Object value(int code) {
        return values.get(code);
    }
}
