package io.github.djlcachex.interop.internal.csv;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A column of rows, made of one column of the file, or of one for each dimension.
 *
 * @param cells the numbers of the columns of the file, in the order of the dimensions
 * @param isVector whether the names of these columns end in the number of a dimension
 */
record CsvColumn(String name, List<Integer> cells, boolean isVector) {

    private static final Pattern DIMENSION = Pattern.compile("(.+)_(0|[1-9][0-9]{0,8})");

    /** Returns the columns of a line of names; vectors are where their first dimension is. */
    static List<CsvColumn> of(List<String> names) {
        Map<String, Map<Integer, Integer>> dimensions = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            Matcher matcher = DIMENSION.matcher(names.get(i));
            if (matcher.matches()) {
                dimensions
                        .computeIfAbsent(matcher.group(1), name -> new LinkedHashMap<>())
                        .put(Integer.parseInt(matcher.group(2)), i);
            }
        }
        dimensions.entrySet().removeIf(e -> names.contains(e.getKey()) || !isWhole(e.getValue()));
        List<CsvColumn> columns = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            Matcher matcher = DIMENSION.matcher(names.get(i));
            Map<Integer, Integer> vector =
                    matcher.matches() ? dimensions.get(matcher.group(1)) : null;
            if (vector == null) {
                columns.add(new CsvColumn(names.get(i), List.of(i), false));
            } else if (matcher.group(2).equals("0")) {
                Integer[] cells = new Integer[vector.size()];
                vector.forEach((dimension, cell) -> cells[dimension] = cell);
                columns.add(new CsvColumn(matcher.group(1), List.of(cells), true));
            }
        }
        return columns;
    }

    private static boolean isWhole(Map<Integer, Integer> vector) {
        return vector.keySet().stream().allMatch(dimension -> dimension < vector.size());
    }
}
