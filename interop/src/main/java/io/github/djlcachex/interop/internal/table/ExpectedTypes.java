package io.github.djlcachex.interop.internal.table;

import io.github.djlcachex.interop.spi.LeafType;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.RowSchema;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The types that the columns of a file without types are expected to have. */
public final class ExpectedTypes {

    private ExpectedTypes() {}

    /**
     * Returns the types: those of the cache's columns, and for numbers the one that is asked for.
     *
     * @param count the number of columns
     * @param known the columns that the cache has, or null
     * @param asked the type of all numbers, or null
     */
    public static List<Optional<LeafType>> of(
            int count, @Nullable RowSchema known, @Nullable ElementType asked) {
        boolean isKnown = known != null && known.columns().size() == count;
        List<Optional<LeafType>> types = new ArrayList<>();
        for (int c = 0; c < count; c++) {
            types.add(Optional.ofNullable(asked).map(ElementTypes::leaf));
            if (known != null && isKnown) {
                LeafType leaf = leaf(known.columns().get(c));
                boolean isNumber = leaf.isInteger() || ElementTypes.isFloating(leaf);
                if (asked == null || !isNumber) {
                    types.set(c, Optional.of(leaf));
                }
            }
        }
        return types;
    }

    private static LeafType leaf(Column column) {
        return switch (column.kind()) {
            case STRING -> LeafType.TEXT;
            case BINARY -> LeafType.BYTES;
            case TENSOR -> ElementTypes.leaf(column.type());
        };
    }
}
