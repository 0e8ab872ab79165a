package io.github.djlcachex.interop.internal.table;

import io.github.djlcachex.interop.spi.LeafType;
import io.github.djlcachex.row.ElementType;

import org.jspecify.annotations.Nullable;

/** Which type the elements of a file's column have in a row. */
final class ElementTypes {

    private ElementTypes() {}

    /**
     * Returns the type. Integers that no column has become wider ones, which have all their values.
     *
     * @param wanted what numbers of its sort are converted to, or null
     */
    static ElementType of(LeafType leaf, @Nullable ElementType wanted, String subject) {
        if (wanted != null && isFloating(leaf) && isFloating(leaf(wanted))) {
            return wanted;
        }
        if (wanted != null && leaf.isInteger() && leaf(wanted).isInteger()) {
            return wanted;
        }
        return switch (leaf) {
            case BOOLEAN -> ElementType.BOOLEAN;
            case INT8 -> ElementType.INT8;
            case UINT8 -> ElementType.UINT8;
            case INT16, UINT16, INT32 -> ElementType.INT32;
            case UINT32, INT64 -> ElementType.INT64;
            case FLOAT16 -> ElementType.FLOAT16;
            case BFLOAT16 -> ElementType.BFLOAT16;
            case FLOAT32 -> ElementType.FLOAT32;
            case FLOAT64 -> ElementType.FLOAT64;
            case UINT64, TEXT, BYTES ->
                    throw Refusals.rows(
                            subject,
                            "a type that rows can have",
                            leaf.toString(),
                            "convert it, for instance to INT64");
        };
    }

    static LeafType leaf(ElementType type) {
        return LeafType.valueOf(type.name());
    }

    static boolean isFloating(LeafType type) {
        return switch (type) {
            case FLOAT16, BFLOAT16, FLOAT32, FLOAT64 -> true;
            default -> false;
        };
    }
}
