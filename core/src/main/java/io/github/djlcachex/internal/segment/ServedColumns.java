package io.github.djlcachex.internal.segment;

import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ColumnKind;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.RowSchema;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * ServedColumns are the columns that users see of a generation some of whose columns are stored in
 * another precision.
 *
 * <p>Such a column has a served type that is not its own: FLOAT32 for FLOAT16, BFLOAT16 and INT8. A
 * narrowed INT8 column is followed by a FLOAT32 column of one number a row, its scale, which is not
 * served.
 */
public final class ServedColumns {

    private static final Set<ElementType> NARROWED =
            Set.of(ElementType.FLOAT16, ElementType.BFLOAT16, ElementType.INT8);

    private ServedColumns() {}

    /**
     * Tells whether a column's rows are converted before they are served.
     *
     * @param column the column, as it is stored
     * @return true if they are
     */
    public static boolean isNarrowed(Column column) {
        return column.servedType() != column.type();
    }

    /**
     * Tells whether a column holds the scales of the one before it.
     *
     * @param stored the columns, as they are stored
     * @param column the column's number
     * @return true if it does
     */
    public static boolean isScale(List<Column> stored, int column) {
        return column > 0
                && isNarrowed(stored.get(column - 1))
                && stored.get(column - 1).type() == ElementType.INT8;
    }

    static boolean anyNarrowed(RowSchema stored) {
        return stored.columns().stream().anyMatch(ServedColumns::isNarrowed);
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
            boolean hasScale = !isScale(columns, c + 1) || isScaleColumn(columns, c + 1);
            if (isNarrowed(column) && !(isLegal(column) && hasScale)) {
                throw new IllegalArgumentException("no column is stored as " + column);
            }
            if (!isScale(columns, c)) {
                served.add(isNarrowed(column) ? asServed(column) : column);
            }
        }
        return RowSchema.of(served);
    }

    private static boolean isLegal(Column column) {
        return NARROWED.contains(column.type())
                && column.servedType() == ElementType.FLOAT32
                && column.kind() == ColumnKind.TENSOR;
    }

    private static boolean isScaleColumn(List<Column> columns, int c) {
        return c < columns.size()
                && columns.get(c).type() == ElementType.FLOAT32
                && columns.get(c).rank() == 0
                && !isNarrowed(columns.get(c));
    }

    private static Column asServed(Column column) {
        return Column.of(column.name(), column.servedType(), column.shape());
    }
}
