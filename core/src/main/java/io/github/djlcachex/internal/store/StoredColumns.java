package io.github.djlcachex.internal.store;

import io.github.djlcachex.cache.StoredAs;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.RowSchema;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * StoredColumns are the columns that an opener wants stored in another precision: some by name,
 * some by number, and all others of FLOAT32 or none.
 *
 * @param others the precision of FLOAT32 columns that are not named, or null for their own
 * @param byName the precision by column name
 * @param byNumber the precision by number of the column
 */
public record StoredColumns(
        @Nullable StoredAs others, Map<String, StoredAs> byName, Map<Integer, StoredAs> byNumber) {

    /** All columns in their own precision. */
    public static final StoredColumns AS_THEY_ARE = new StoredColumns(null, Map.of(), Map.of());

    private static final String OPTION = "option storeAs";

    public StoredColumns {
        byName = Map.copyOf(byName);
        byNumber = Map.copyOf(byNumber);
    }

    /**
     * The columns that are stored for rows of some columns.
     *
     * @throws InvalidOptionException if a column that the option names is not there, not of
     *     FLOAT32, or named twice
     */
    RowSchema of(RowSchema served) {
        List<Column> columns = served.columns();
        Map<Integer, StoredAs> precisions = precisions(columns);
        Set<String> taken = new HashSet<>();
        columns.forEach(column -> taken.add(String.valueOf(column.name())));
        List<Column> stored = new ArrayList<>();
        for (int c = 0; c < columns.size(); c++) {
            Column column = columns.get(c);
            StoredAs precision = precisions.get(c);
            stored.add(precision == null ? column : narrowed(column, precision));
            if (precision == StoredAs.INT8) {
                stored.add(Column.of(scaleName(column, c, taken), ElementType.FLOAT32));
            }
        }
        return RowSchema.of(stored);
    }

    private static Column narrowed(Column column, StoredAs precision) {
        return Column.of(column.name(), typeOf(precision), column.shape()).servedAs(column.type());
    }

    /** The precision by number of the column, for those that are not stored as they are. */
    private Map<Integer, StoredAs> precisions(List<Column> columns) {
        Map<Integer, StoredAs> precisions = new HashMap<>();
        byNumber.forEach((number, as) -> choose(precisions, columns, number, as, number));
        byName.forEach(
                (name, as) -> choose(precisions, columns, numberOf(columns, name), as, name));
        for (int c = 0; c < columns.size() && others != null; c++) {
            if (columns.get(c).type() == ElementType.FLOAT32) {
                precisions.putIfAbsent(c, others);
            }
        }
        if (precisions.isEmpty() && others != null) {
            throw refused("a column of FLOAT32", columns.toString(), "leave the option out");
        }
        return precisions;
    }

    private static int numberOf(List<Column> columns, String name) {
        for (int c = 0; c < columns.size(); c++) {
            if (name.equals(columns.get(c).name())) {
                return c;
            }
        }
        return -1;
    }

    private static void choose(
            Map<Integer, StoredAs> precisions,
            List<Column> columns,
            int column,
            StoredAs precision,
            Object given) {
        if (column < 0 || column >= columns.size()) {
            throw refused(
                    "a column of " + columns,
                    "'" + given + "'",
                    "name one of them, or give its number if it has no name");
        }
        if (columns.get(column).type() != ElementType.FLOAT32) {
            throw refused(
                    "a column of FLOAT32",
                    columns.get(column).toString(),
                    "leave out '" + given + "': other types are stored as they are");
        }
        if (precisions.put(column, precision) != null) {
            throw refused(
                    "one precision a column",
                    "two for " + columns.get(column),
                    "give it by name or by number");
        }
    }

    private static InvalidOptionException refused(String expected, String found, String advice) {
        return new InvalidOptionException(Problem.of(OPTION, expected, found, advice));
    }

    private static ElementType typeOf(StoredAs precision) {
        return switch (precision) {
            case FLOAT16 -> ElementType.FLOAT16;
            case BFLOAT16 -> ElementType.BFLOAT16;
            case INT8 -> ElementType.INT8;
        };
    }

    /** A name that says whose scales these are, and that no column has. */
    private static String scaleName(Column column, int number, Set<String> taken) {
        String whole = column.name() == null ? "output_" + number : column.name();
        String name = whole + ".scale";
        if (name.length() > Column.MAX_NAME_LENGTH) {
            name = "output_" + number + ".scale";
        }
        while (!taken.add(name)) {
            name = "output_" + number + "." + taken.size() + ".scale";
        }
        return name;
    }

    /** What messages call the option. */
    @Override
    public String toString() {
        Map<String, StoredAs> all = new LinkedHashMap<>();
        new TreeMap<>(byNumber).forEach((number, as) -> all.put("output " + number, as));
        all.putAll(new TreeMap<>(byName));
        String named =
                all.entrySet().stream()
                        .map(each -> each.getKey() + " " + each.getValue())
                        .collect(Collectors.joining(", "));
        String rest = others == null ? "" : others + (all.isEmpty() ? "" : " but for ");
        return all.isEmpty() && others == null ? "every column as it is" : rest + named;
    }
}
