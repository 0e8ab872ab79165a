package io.github.djlcachex.interop.internal.csv;

import io.github.djlcachex.interop.internal.table.Nesting;
import io.github.djlcachex.interop.spi.ColumnData;
import io.github.djlcachex.interop.spi.LeafType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Parses numbers, and lists of them as {@code [[1.0,2.0],[3.0,4.0]]}, of one depth. */
final class CsvLists {

    private static final int FIRST_BYTES = 1 << 12;

    private final LeafType type;
    private final int[][] starts; // for each depth, where its lists begin
    private final int[] lists;
    private final int[] elements;
    private ByteBuffer values = buffer(FIRST_BYTES);
    private String text = "";
    private int at;

    CsvLists(LeafType type, int depth) {
        this.type = type;
        this.starts = new int[depth][16];
        this.lists = new int[depth];
        this.elements = new int[depth];
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Returns how many lists are in each other at the start of a text. */
    static int depth(String text) {
        int depth = 0;
        for (int i = 0; i < text.length() && "[ ".indexOf(text.charAt(i)) >= 0; i++) {
            depth += text.charAt(i) == '[' ? 1 : 0;
        }
        return depth;
    }

    /** Adds a number or a list; false if the text is none. */
    boolean add(String cell) {
        text = cell;
        at = 0;
        return addValue(0) && at == text.length();
    }

    private boolean addValue(int level) {
        if (level == lists.length) {
            return addNumber();
        }
        if (!takes('[')) {
            return false;
        }
        begin(level);
        if (takes(']')) {
            return true;
        }
        do {
            elements[level]++;
            if (!addValue(level + 1)) {
                return false;
            }
        } while (takes(','));
        return takes(']');
    }

    private void begin(int level) {
        if (lists[level] + 1 == starts[level].length) {
            starts[level] = Arrays.copyOf(starts[level], 2 * starts[level].length);
        }
        starts[level][lists[level]++] = elements[level];
    }

    private boolean addNumber() {
        skipSpace();
        int from = at;
        while (at < text.length() && ",] ".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        if (values.remaining() < Long.BYTES) {
            values = buffer(Math.multiplyExact(2, values.capacity())).put(values.flip());
        }
        return CsvNumbers.put(values, type, text.substring(from, at));
    }

    private boolean takes(char wanted) {
        skipSpace();
        boolean isThere = at < text.length() && text.charAt(at) == wanted;
        at += isThere ? 1 : 0;
        return isThere;
    }

    private void skipSpace() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
    }

    /** Returns all numbers. */
    ByteBuffer values() {
        return values.flip();
    }

    /** Returns the rows that were added. */
    ColumnData data(int rows, String subject) {
        int count = values.position() / type.byteWidth();
        ColumnData data = ColumnData.uniform(type, values.flip(), lists.length == 0 ? rows : count);
        for (int level = lists.length - 1; level >= 0; level--) {
            int[] ends = Arrays.copyOf(starts[level], lists[level] + 1);
            ends[lists[level]] = elements[level];
            data = Nesting.of(subject, ends, data);
        }
        return data;
    }
}
