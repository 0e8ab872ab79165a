package io.github.djlcachex.internal.segment;

import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ColumnKind;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.RowSchema;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * ServedColumns are the columns that users see of a generation some of whose columns are stored in
 * another precision, or sparse.
 *
 * <p>A column of another precision has a served type that is not its own: FLOAT32 for FLOAT16,
 * BFLOAT16 and INT8. A narrowed INT8 column is followed by a FLOAT32 column of one number a row,
 * its scale. A sparse column has the nonzero elements of a row, and is followed by an INT32 column
 * of their indices, ascending, in the flat dense row. Scales and indices are companions: users do
 * not see them.
 */
public final class ServedColumns {

    private static final Set<ElementType> NARROWED =
            Set.of(ElementType.FLOAT16, ElementType.BFLOAT16, ElementType.INT8);

    private ServedColumns() {}

    /**
     * Tells whether a column's rows are of another precision than the served ones.
     *
     * @param column the column, as it is stored
     * @return true if they are
     */
    public static boolean isNarrowed(Column column) {
        return column.servedType() != column.type();
    }

    /**
     * Tells whether a column's rows are converted before they are served.
     *
     * @param column the column, as it is stored
     * @return true if they are
     */
    public static boolean isConverted(Column column) {
        return isNarrowed(column) || column.isSparse();
    }

    /**
     * Tells whether a column belongs to the one before it, and is not served.
     *
     * @param stored the columns, as they are stored
     * @param column the column's number
     * @return true if it holds scales or indices
     */
    public static boolean isCompanion(List<Column> stored, int column) {
        return column > 0 && hasCompanion(stored.get(column - 1));
    }

    private static boolean hasCompanion(Column column) {
        return column.isSparse() || (isNarrowed(column) && column.type() == ElementType.INT8);
    }

    static boolean anyNarrowed(RowSchema stored) {
        return stored.columns().stream().anyMatch(ServedColumns::isNarrowed);
    }

    static boolean anySparse(RowSchema stored) {
        return stored.columns().stream().anyMatch(Column::isSparse);
    }

    /**
     * Returns the columns that users see.
     *
     * @param stored the columns, as they are stored
     * @return the served columns
     * @throws IllegalArgumentException if no version stores such columns
     */
    public static RowSchema of(RowSchema stored) {
        List<Column> columns = stored.columns();
        List<Column> served = new ArrayList<>();
        for (int c = 0; c < columns.size(); c++) {
            Column column = columns.get(c);
            if (isConverted(column) && !(isLegal(column) && companionIsLegal(columns, c))) {
                throw new IllegalArgumentException("no column is stored as " + column);
            }
            if (!isCompanion(columns, c)) {
                served.add(isConverted(column) ? asServed(column) : column);
            }
        }
        return RowSchema.of(served);
    }

    private static boolean isLegal(Column column) {
        if (column.kind() != ColumnKind.TENSOR) {
            return false;
        }
        return column.isSparse()
                ? !isNarrowed(column) && isList(column) && isFixed(column.servedShape())
                : NARROWED.contains(column.type()) && column.servedType() == ElementType.FLOAT32;
    }

    private static boolean companionIsLegal(List<Column> columns, int owner) {
        if (!hasCompanion(columns.get(owner))) {
            return true;
        }
        if (owner + 1 == columns.size() || isConverted(columns.get(owner + 1))) {
            return false;
        }
        Column companion = columns.get(owner + 1);
        return columns.get(owner).isSparse()
                ? companion.type() == ElementType.INT32 && isList(companion)
                : companion.type() == ElementType.FLOAT32 && companion.rank() == 0;
    }

    private static boolean isList(Column column) {
        return column.rank() == 1 && column.isVariable();
    }

    private static boolean isFixed(int[] shape) {
        return Arrays.stream(shape).noneMatch(length -> length == Column.VARIABLE);
    }

    private static Column asServed(Column column) {
        return Column.of(column.name(), column.servedType(), column.servedShape());
    }
}
