package io.github.djlcachex.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * A Table is rows of texts below headers. On a terminal its names and flexible columns shrink, the
 * widest first, until a row fits into a line. A column without any text is left out.
 */
final class Table {

    /** How a column is printed. */
    enum Style {
        /** A name whose end tells it apart: cut in the middle where the line is too short. */
        NAME(22),
        /** Cut at the end where the line is too short. */
        FLEXIBLE(8),
        LEFT(Integer.MAX_VALUE),
        RIGHT(Integer.MAX_VALUE);

        private final int leastWidth;

        Style(int leastWidth) {
            this.leastWidth = leastWidth;
        }
    }

    private static final String GAP = "  ";
    private static final String CUT = "..";

    private final List<String> headers = new ArrayList<>();
    private final List<Style> styles = new ArrayList<>();
    private final List<List<String>> rows = new ArrayList<>();

    Table column(String header, Style style) {
        headers.add(header);
        styles.add(style);
        return this;
    }

    /** Adds a row; the texts are escaped here. */
    void row(Object... cells) {
        rows.add(Arrays.stream(cells).map(cell -> Escapes.line(String.valueOf(cell))).toList());
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    void print(Terminal terminal) {
        int[] widths = widths(terminal.width());
        terminal.println(terminal.bold(line(headers, widths)));
        for (List<String> row : rows) {
            terminal.println(line(row, widths));
        }
    }

    private int[] widths(int limit) {
        int[] widths = IntStream.range(0, headers.size()).map(this::naturalWidth).toArray();
        long used = Arrays.stream(widths).filter(width -> width > 0).count();
        long total = Arrays.stream(widths).sum() + GAP.length() * Math.max(0, used - 1);
        for (long over = total - limit; over > 0; over--) {
            OptionalInt widest = widestFlexible(widths);
            if (widest.isEmpty()) {
                break;
            }
            widths[widest.getAsInt()]--;
        }
        return widths;
    }

    private int naturalWidth(int column) {
        int widest = rows.stream().mapToInt(row -> length(row.get(column))).max().orElse(0);
        return widest == 0 && !rows.isEmpty() ? 0 : Math.max(widest, length(headers.get(column)));
    }

    private OptionalInt widestFlexible(int[] widths) {
        return IntStream.range(0, widths.length)
                .filter(column -> widths[column] > styles.get(column).leastWidth)
                .boxed()
                .max(Comparator.comparingInt(column -> widths[column]))
                .map(OptionalInt::of)
                .orElse(OptionalInt.empty());
    }

    private String line(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            if (widths[column] > 0) {
                line.append(line.isEmpty() ? "" : GAP);
                line.append(cell(cells.get(column), widths[column], styles.get(column)));
            }
        }
        return line.toString().stripTrailing();
    }

    private static String cell(String text, int width, Style style) {
        int padding = width - length(text);
        if (padding < 0) {
            return cut(text, width, style == Style.NAME ? (width - CUT.length()) / 2 : 0);
        }
        String blanks = " ".repeat(padding);
        return style == Style.RIGHT ? blanks + text : text + blanks;
    }

    private static String cut(String text, int width, int atEnd) {
        int atStart = width - CUT.length() - atEnd;
        return text.substring(0, text.offsetByCodePoints(0, atStart))
                + CUT
                + text.substring(text.offsetByCodePoints(text.length(), -atEnd));
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}
