package io.github.djlcachex.interop.internal.table;

import io.github.djlcachex.interop.spi.ColumnData;
import io.github.djlcachex.interop.spi.LeafType;
import io.github.djlcachex.row.InvalidKeyException;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.StringKeys;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalLong;

/** A column of ids as keys. */
public final class KeyColumn {

    private static final String INTEGER = "a 64-bit integer, without zeros or a plus in front";

    private KeyColumn() {}

    /**
     * Returns the keys.
     *
     * @param subject the column, for messages
     * @param column integers or texts, one a row
     * @param type the type of the keys, or null for that of the column
     */
    public static Keys keys(String subject, ColumnData column, @Nullable KeyType type) {
        if (column.type() == LeafType.TEXT) {
            return type == KeyType.INT64 ? parsed(subject, column) : texts(column);
        }
        if (!column.type().isInteger() || !column.isUniform() || column.shape(0).length > 0) {
            throw new InvalidKeyException(
                    Problem.of(
                            subject,
                            "ids that are texts or integers, one a row",
                            column.type() + (column.type().isBytes() ? "" : " or lists"),
                            "name the column of the ids, or cast it"));
        }
        long[] keys = new long[column.rows()];
        for (int row = 0; row < keys.length; row++) {
            keys[row] = Numbers.integer(column, row);
            if (column.type() == LeafType.UINT64 && keys[row] < 0) {
                throw invalid(subject, row, "an id below 2^63", Long.toUnsignedString(keys[row]));
            }
        }
        return type == KeyType.UTF8 ? decimal(keys) : Keys.of(keys);
    }

    private static Keys decimal(long[] keys) {
        return Keys.ofStrings(Arrays.stream(keys).mapToObj(Long::toString).toList());
    }

    private static StringKeys texts(ColumnData column) {
        byte[] utf8 = new byte[column.start(column.rows())];
        column.values().get(0, utf8);
        int[] ends = new int[column.rows()];
        Arrays.setAll(ends, row -> column.start(row + 1));
        return StringKeys.ofUtf8(utf8, ends);
    }

    private static Keys parsed(String subject, ColumnData column) {
        long[] keys = new long[column.rows()];
        for (int row = 0; row < keys.length; row++) {
            int number = row;
            String text = text(column, row);
            keys[row] =
                    canonical(text)
                            .orElseThrow(() -> invalid(subject, number, INTEGER, "'" + text + "'"));
        }
        return Keys.of(keys);
    }

    /** Reads an integer as {@link Long#toString} writes it: 007 would be the id of another row. */
    public static OptionalLong canonical(String text) {
        try {
            long value = Long.parseLong(text);
            return Long.toString(value).equals(text)
                    ? OptionalLong.of(value)
                    : OptionalLong.empty();
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    private static String text(ColumnData column, int row) {
        byte[] utf8 = new byte[column.start(row + 1) - column.start(row)];
        column.values().get(column.start(row), utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private static InvalidKeyException invalid(
            String subject, int row, String expected, String found) {
        return new InvalidKeyException(
                Problem.of(subject + ", row " + row, expected, found, "give such rows other ids"));
    }
}
