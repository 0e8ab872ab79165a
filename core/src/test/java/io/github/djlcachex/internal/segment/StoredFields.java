package io.github.djlcachex.internal.segment;

import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.RowSchema;

import org.apache.arrow.vector.types.pojo.Field;

/** What a column is in a segment file. */
public final class StoredFields {

    private StoredFields() {}

    /** The Arrow type of a column's elements, or of the column if it has none. */
    public static String elementOf(Column column) {
        Contract contract = new Contract("m", "", KeyType.INT64, RowSchema.of(column), 1);
        Field field = ArrowSchema.of(contract).getFields().get(1);
        while (!field.getChildren().isEmpty()) {
            field = field.getChildren().get(0);
        }
        return field.getType().toString();
    }
}
