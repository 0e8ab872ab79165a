package io.github.djlcachex.spark.internal;

import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ColumnKind;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.RowSchema;

import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A SourceField is one column that Spark sees: the key, the elements of a column of the cache, or
 * their shapes, where rows of a higher rank differ in shape.
 *
 * @param field the column of Spark
 * @param part what it shows
 * @param column the number of the cache's column; 0 for the key
 */
record SourceField(StructField field, Part part, int column) implements Serializable {

    /** What a field shows. */
    enum Part {
        ID,
        ELEMENTS,
        SHAPE
    }

    static final String ID = "id";

    /** The key by which Lance and others tell that all arrays of a column have one length. */
    static final String SIZE_KEY = "arrow.fixed-size-list.size";

    static final String SHAPE_KEY = "djlcachex.shape";
    static final String TYPE_KEY = "djlcachex.type";

    private static final String SHAPE_SUFFIX = "_shape";

    /** The fields of a cache, with the names that its files have for them. */
    static List<SourceField> of(KeyType keyType, RowSchema schema, boolean raw) {
        List<SourceField> fields = new ArrayList<>();
        DataType id = keyType == KeyType.INT64 ? DataTypes.LongType : DataTypes.StringType;
        fields.add(new SourceField(field(ID, id, Metadata.empty()), Part.ID, 0));
        Set<String> taken = new HashSet<>(Set.of(ID));
        for (int c = 0; c < schema.columns().size(); c++) {
            Column column = schema.columns().get(c);
            String given = column.name();
            String name = free(given == null ? "output_" + c : given, taken);
            StructField elements = field(name, typeOf(column, raw), metadata(column));
            fields.add(new SourceField(elements, Part.ELEMENTS, c));
            if (hasShapes(column)) {
                DataType shape = DataTypes.createArrayType(DataTypes.IntegerType, false);
                String shapeName = free(name + SHAPE_SUFFIX, taken);
                StructField shapes = field(shapeName, shape, Metadata.empty());
                fields.add(new SourceField(shapes, Part.SHAPE, c));
            }
        }
        return fields;
    }

    private static String free(String wanted, Set<String> taken) {
        String name = wanted;
        while (!taken.add(name)) {
            name = "output." + name;
        }
        return name;
    }

    static StructType structOf(List<SourceField> fields) {
        return new StructType(fields.stream().map(SourceField::field).toArray(StructField[]::new));
    }

    /** The field with the shapes of rows whose elements are in another field. */
    static String shapeName(String name) {
        return name + SHAPE_SUFFIX;
    }

    /** The shape of a list follows from the number of its elements. */
    static boolean hasShapes(Column column) {
        return column.isVariable() && column.rank() > 1;
    }

    /** Tells whether the bytes of a row are what Spark gets. */
    static boolean isBytes(Column column, boolean raw) {
        return column.kind() == ColumnKind.BINARY || (raw && hasNoType(column));
    }

    private static boolean hasNoType(Column column) {
        return column.kind() == ColumnKind.TENSOR
                && switch (column.type()) {
                    case FLOAT16, BFLOAT16, UINT8 -> true;
                    default -> false;
                };
    }

    private static StructField field(String name, DataType type, Metadata metadata) {
        return new StructField(name, type, false, metadata);
    }

    private static Metadata metadata(Column column) {
        if (column.kind() != ColumnKind.TENSOR) {
            return Metadata.empty();
        }
        long[] shape = Arrays.stream(column.shape()).asLongStream().toArray();
        MetadataBuilder metadata =
                new MetadataBuilder()
                        .putLongArray(SHAPE_KEY, shape)
                        .putString(TYPE_KEY, column.type().name());
        if (!column.isVariable() && column.rank() > 0) {
            metadata.putLong(SIZE_KEY, column.rowElements());
        }
        return metadata.build();
    }

    private static DataType typeOf(Column column, boolean raw) {
        if (column.kind() == ColumnKind.STRING) {
            return DataTypes.StringType;
        }
        if (isBytes(column, raw)) {
            return DataTypes.BinaryType;
        }
        DataType element = elementType(column.type());
        return column.rank() == 0 ? element : new ArrayType(element, false);
    }

    /** UINT8 needs a wider type: a byte of Spark has a sign, and 255 would be -1. */
    static DataType elementType(ElementType type) {
        return switch (type) {
            case FLOAT32, FLOAT16, BFLOAT16 -> DataTypes.FloatType;
            case FLOAT64 -> DataTypes.DoubleType;
            case INT8 -> DataTypes.ByteType;
            case UINT8 -> DataTypes.ShortType;
            case INT32 -> DataTypes.IntegerType;
            case INT64 -> DataTypes.LongType;
            case BOOLEAN -> DataTypes.BooleanType;
        };
    }
}
