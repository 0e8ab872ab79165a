package io.github.djlcachex.interop.internal.numpy;

import io.github.djlcachex.interop.internal.table.Refusals;
import io.github.djlcachex.interop.spi.LeafType;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.Map;

/**
 * The type of the elements of an array.
 *
 * @param leaf what an element is; {@link LeafType#TEXT} for texts of one width
 * @param width the size of an element in bytes
 * @param isBigEndian whether numbers, or the characters of texts, are big-endian
 * @param isUcs4 whether texts are of characters of four bytes, not of single bytes
 */
record NpyType(LeafType leaf, int width, boolean isBigEndian, boolean isUcs4) {

    private static final Map<String, LeafType> NUMBERS =
            Map.ofEntries(
                    Map.entry("b1", LeafType.BOOLEAN),
                    Map.entry("i1", LeafType.INT8),
                    Map.entry("i2", LeafType.INT16),
                    Map.entry("i4", LeafType.INT32),
                    Map.entry("i8", LeafType.INT64),
                    Map.entry("u1", LeafType.UINT8),
                    Map.entry("u2", LeafType.UINT16),
                    Map.entry("u4", LeafType.UINT32),
                    Map.entry("u8", LeafType.UINT64),
                    Map.entry("f2", LeafType.FLOAT16),
                    Map.entry("f4", LeafType.FLOAT32),
                    Map.entry("f8", LeafType.FLOAT64));
    private static final int MAX_TEXT = 1 << 20;

    static NpyType of(@Nullable String descr, String header, Path file) {
        String name = descr == null ? "" : descr;
        boolean hasOrder = !name.isEmpty() && "<>=|".indexOf(name.charAt(0)) >= 0;
        String sort = hasOrder ? name.substring(1) : name;
        boolean isBigEndian = name.startsWith(">");
        LeafType number = NUMBERS.get(sort);
        if (number != null) {
            return new NpyType(number, number.byteWidth(), isBigEndian, false);
        }
        if (sort.matches("[US][0-9]{1,6}") && Integer.parseInt(sort.substring(1)) <= MAX_TEXT) {
            boolean isUcs4 = sort.startsWith("U");
            int characters = Integer.parseInt(sort.substring(1));
            int width = isUcs4 ? characters * Integer.BYTES : characters;
            return new NpyType(LeafType.TEXT, width, isBigEndian, isUcs4);
        }
        throw Refusals.unsupported(
                file,
                "truth values, integers, floats or texts",
                descr == null ? header : "type " + descr + (sort.equals("O") ? ", objects" : ""),
                "save the array with another dtype, as a.astype('float32')");
    }

    /** Returns NumPy's name of a type. */
    static String descr(LeafType leaf) {
        for (Map.Entry<String, LeafType> entry : NUMBERS.entrySet()) {
            if (entry.getValue() == leaf) {
                return (leaf.byteWidth() == 1 ? "|" : "<") + entry.getKey();
            }
        }
        throw new IllegalArgumentException("NumPy has no " + leaf);
    }

    /** Tells whether NumPy has a type. */
    static boolean has(LeafType leaf) {
        return NUMBERS.containsValue(leaf);
    }
}
