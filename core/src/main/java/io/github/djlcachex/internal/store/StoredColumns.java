package io.github.djlcachex.internal.store;

import io.github.djlcachex.cache.StoredAs;
import io.github.djlcachex.internal.segment.ServedColumns;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ColumnKind;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.RowSchema;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/**
 * StoredColumns are the columns that an opener wants stored in another precision, or sparse: some
 * by name, some by number, and all others that can be or none.
 *
 * @param others how columns that are not named are stored, if they can be; null for as they are
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
     * @param sparse tells of a column that may be stored sparse, by its number, whether it is
     * @throws InvalidOptionException if a column that the option names is not there, cannot be
     *     stored so, or is named twice
     */
    RowSchema of(RowSchema served, IntPredicate sparse) {
        List<Column> columns = served.columns();
        Map<Integer, StoredAs> precisions = precisions(columns);
        Set<String> taken = new HashSet<>();
        columns.forEach(column -> taken.add(String.valueOf(column.name())));
        List<Column> stored = new ArrayList<>();
        for (int c = 0; c < columns.size(); c++) {
            Column column = columns.get(c);
            StoredAs as = precisions.get(c);
            if (as == null || (as == StoredAs.SPARSE && !sparse.test(c))) {
                stored.add(column);
            } else if (as == StoredAs.SPARSE) {
                int[] dense = column.shape();
                Column elements = Column.of(column.name(), column.type(), Column.VARIABLE);
                String indices = companionName(column, c, ".indices", taken);
                stored.add(elements.servedDense(dense));
                stored.add(Column.of(indices, ElementType.INT32, Column.VARIABLE));
            } else {
                stored.add(narrowed(column, as));
            }
            if (as == StoredAs.INT8) {
                String scales = companionName(column, c, ".scale", taken);
                stored.add(Column.of(scales, ElementType.FLOAT32));
            }
        }
        return RowSchema.of(stored);
    }

    /** Tells whether it depends on the first rows how columns are stored. */
    boolean mayBeSparse() {
        return others == StoredAs.SPARSE
                || byName.containsValue(StoredAs.SPARSE)
                || byNumber.containsValue(StoredAs.SPARSE);
    }

    /**
     * Tells whether some columns are stored as the option asks, sparse or dense where it may be.
     */
    boolean allows(RowSchema stored, RowSchema served) {
        BitSet sparse = new BitSet();
        List<Column> columns = stored.columns();
        for (int c = 0, number = 0; c < columns.size(); c++) {
            if (!ServedColumns.isCompanion(columns, c)) {
                sparse.set(number++, columns.get(c).isSparse());
            }
        }
        return of(served, sparse::get).equals(stored);
    }

    private static Column narrowed(Column column, StoredAs precision) {
        return Column.of(column.name(), typeOf(precision), column.shape()).servedAs(column.type());
    }

    private static boolean fits(Column column, StoredAs as) {
        return as == StoredAs.SPARSE
                ? column.kind() == ColumnKind.TENSOR && !column.isVariable()
                : column.type() == ElementType.FLOAT32;
    }

    /** The columns that can be stored so, in words. */
    private static String columnsFor(StoredAs as) {
        return as == StoredAs.SPARSE ? "a column of a fixed shape" : "a column of FLOAT32";
    }

    /** The precision by number of the column, for those that are not stored as they are. */
    private Map<Integer, StoredAs> precisions(List<Column> columns) {
        Map<Integer, StoredAs> precisions = new HashMap<>();
        byNumber.forEach((number, as) -> choose(precisions, columns, number, as, number));
        byName.forEach(
                (name, as) -> choose(precisions, columns, numberOf(columns, name), as, name));
        for (int c = 0; c < columns.size() && others != null; c++) {
            if (fits(columns.get(c), others)) {
                precisions.putIfAbsent(c, others);
            }
        }
        if (precisions.isEmpty() && others != null) {
            throw refused(columnsFor(others), columns.toString(), "leave the option out");
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
        if (!fits(columns.get(column), precision)) {
            throw refused(
                    columnsFor(precision),
                    columns.get(column).toString(),
                    "leave out '" + given + "': other columns are stored as they are");
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
            case SPARSE -> throw new IllegalArgumentException("the type stays");
        };
    }

    /** A name that says whose scales or indices these are, and that no column has. */
    private static String companionName(
            Column column, int number, String suffix, Set<String> taken) {
        String whole = column.name() == null ? "output_" + number : column.name();
        String name = whole + suffix;
        if (name.length() > Column.MAX_NAME_LENGTH) {
            name = "output_" + number + suffix;
        }
        while (!taken.add(name)) {
            name = "output_" + number + "." + taken.size() + suffix;
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
