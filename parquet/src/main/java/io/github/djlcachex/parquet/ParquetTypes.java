package io.github.djlcachex.parquet;

import io.github.djlcachex.interop.spi.LeafType;
import io.github.djlcachex.interop.spi.TableColumn;

import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

import java.util.List;

/** The types of columns, in Parquet's words. */
final class ParquetTypes {

    private ParquetTypes() {}

    static MessageType message(List<TableColumn> columns) {
        return new MessageType("rows", columns.stream().map(c -> type(c, c.name(), 0)).toList());
    }

    private static Type type(TableColumn column, String name, int axis) {
        if (axis == column.shape().length) {
            return leaf(column.type(), name);
        }
        Type element = type(column, "element", axis + 1);
        return Types.requiredGroup()
                .as(LogicalTypeAnnotation.listType())
                .repeatedGroup()
                .addField(element)
                .named("list")
                .named(name);
    }

    private static Type leaf(LeafType leaf, String name) {
        return switch (leaf) {
            case BOOLEAN -> Types.required(PrimitiveTypeName.BOOLEAN).named(name);
            case FLOAT32 -> Types.required(PrimitiveTypeName.FLOAT).named(name);
            case FLOAT64 -> Types.required(PrimitiveTypeName.DOUBLE).named(name);
            case INT64 -> Types.required(PrimitiveTypeName.INT64).named(name);
            case INT32 -> Types.required(PrimitiveTypeName.INT32).named(name);
            case INT8 -> small(true, name);
            case UINT8 -> small(false, name);
            case BYTES -> Types.required(PrimitiveTypeName.BINARY).named(name);
            case TEXT ->
                    Types.required(PrimitiveTypeName.BINARY)
                            .as(LogicalTypeAnnotation.stringType())
                            .named(name);
            case FLOAT16 ->
                    Types.required(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY)
                            .length(Short.BYTES)
                            .as(LogicalTypeAnnotation.float16Type())
                            .named(name);
            default -> throw new IllegalArgumentException("no row has " + leaf);
        };
    }

    private static Type small(boolean isSigned, String name) {
        return Types.required(PrimitiveTypeName.INT32)
                .as(LogicalTypeAnnotation.intType(Byte.SIZE, isSigned))
                .named(name);
    }

    /** Returns what a column of a file is made of, or null if no row has such values. */
    static @Nullable LeafType leaf(PrimitiveType type) {
        LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
        if (logical instanceof IntLogicalTypeAnnotation integer) {
            return LeafType.valueOf((integer.isSigned() ? "INT" : "UINT") + integer.getBitWidth());
        }
        if (logical instanceof LogicalTypeAnnotation.StringLogicalTypeAnnotation) {
            return LeafType.TEXT;
        }
        if (logical instanceof LogicalTypeAnnotation.Float16LogicalTypeAnnotation) {
            return LeafType.FLOAT16;
        }
        if (logical != null) {
            return null;
        }
        return switch (type.getPrimitiveTypeName()) {
            case BOOLEAN -> LeafType.BOOLEAN;
            case INT32 -> LeafType.INT32;
            case INT64 -> LeafType.INT64;
            case FLOAT -> LeafType.FLOAT32;
            case DOUBLE -> LeafType.FLOAT64;
            case BINARY, FIXED_LEN_BYTE_ARRAY -> LeafType.BYTES;
            case INT96 -> null;
        };
    }
}
