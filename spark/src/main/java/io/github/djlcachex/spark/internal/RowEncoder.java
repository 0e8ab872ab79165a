package io.github.djlcachex.spark.internal;

import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ColumnKind;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.InvalidRowsException;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.RowShapes;

import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A RowEncoder collects rows of Spark as a batch of the cache. For one thread. */
final class RowEncoder {

    private final StructType given;
    private final RowSchema schema;
    private final List<SourceField> fields;
    private final List<ElementSink> sinks = new ArrayList<>();
    private final List<Object> ids = new ArrayList<>();
    private RowShapes.Builder shapes;

    RowEncoder(StructType given, RowSchema schema) {
        this.given = given;
        this.schema = schema;
        KeyType keyType =
                typeOf(given, SourceField.ID).equals(DataTypes.LongType)
                        ? KeyType.INT64
                        : KeyType.UTF8;
        this.fields = SourceField.of(keyType, schema, false);
        this.shapes = RowShapes.builder(schema);
        for (SourceField field : fields) {
            if (field.part() == SourceField.Part.ELEMENTS) {
                Column column = schema.columns().get(field.column());
                sinks.add(new ElementSink(column, field.field().name()));
            }
        }
    }

    private static DataType typeOf(StructType given, String name) {
        if (!Arrays.asList(given.fieldNames()).contains(name)) {
            throw CacheWrite.refused(
                    "column '" + name + "'", "one in each row", "none", "name the ids so");
        }
        return given.apply(name).dataType();
    }

    /** Refuses columns that no cache has. */
    static void checkNew(StructType given) {
        DataType id = typeOf(given, SourceField.ID);
        if (!id.equals(DataTypes.LongType) && !id.equals(DataTypes.StringType)) {
            throw CacheWrite.refused(
                    "column 'id'", "bigint or string", id.simpleString(), "cast it");
        }
        valueFields(given).forEach(RowEncoder::elementTypeOf);
    }

    /** The fields but the id and the shapes of others. */
    private static List<StructField> valueFields(StructType given) {
        Set<String> shapes = new HashSet<>();
        for (StructField field : given.fields()) {
            if (hasShapes(field)) {
                shapes.add(SourceField.shapeName(field.name()));
            }
        }
        return Arrays.stream(given.fields())
                .filter(field -> !field.name().equals(SourceField.ID))
                .filter(field -> !shapes.contains(field.name()))
                .toList();
    }

    private static boolean hasShapes(StructField field) {
        if (!field.metadata().contains(SourceField.SHAPE_KEY)) {
            return false;
        }
        long[] shape = field.metadata().getLongArray(SourceField.SHAPE_KEY);
        return shape.length > 1
                && Arrays.stream(shape).anyMatch(length -> length == Column.VARIABLE);
    }

    /** The columns of a new generation, whose arrays are as long as those of the first row. */
    static RowSchema schemaOf(StructType given, InternalRow first) {
        return RowSchema.of(
                valueFields(given).stream().map(each -> columnOf(given, each, first)).toList());
    }

    private static Column columnOf(StructType given, StructField field, InternalRow first) {
        if (field.dataType().equals(DataTypes.StringType)) {
            return Column.ofStrings(field.name());
        }
        if (field.dataType().equals(DataTypes.BinaryType)) {
            return Column.ofBinary(field.name());
        }
        ElementType type = elementTypeOf(field);
        if (!(field.dataType() instanceof ArrayType)) {
            return Column.of(field.name(), type);
        }
        if (field.metadata().contains(SourceField.SHAPE_KEY)) {
            long[] shape = field.metadata().getLongArray(SourceField.SHAPE_KEY);
            return Column.of(
                    field.name(), type, Arrays.stream(shape).mapToInt(Math::toIntExact).toArray());
        }
        int ordinal = given.fieldIndex(field.name());
        checkPresent(first.isNullAt(ordinal), field.name());
        return Column.of(field.name(), type, first.getArray(ordinal).numElements());
    }

    /** The type of the elements; those that Spark has none for are told by the metadata. */
    private static ElementType elementTypeOf(StructField field) {
        DataType type =
                field.dataType() instanceof ArrayType array
                        ? array.elementType()
                        : field.dataType();
        if (type.equals(DataTypes.StringType) || type.equals(DataTypes.BinaryType)) {
            if (field.dataType() instanceof ArrayType) {
                throw noSuchType(field);
            }
            return ElementType.UINT8;
        }
        String said =
                field.metadata().contains(SourceField.TYPE_KEY)
                        ? field.metadata().getString(SourceField.TYPE_KEY)
                        : "";
        return Arrays.stream(ElementType.values())
                .filter(each -> SourceField.elementType(each).equals(type))
                .filter(each -> said.isEmpty() || each.name().equals(said))
                .filter(each -> !said.isEmpty() || each != ElementType.UINT8)
                .findFirst()
                .orElseThrow(() -> noSuchType(field));
    }

    private static InvalidRowsException noSuchType(StructField field) {
        return CacheWrite.refused(
                "column '" + field.name() + "'",
                "numbers, truth values, a text or bytes, or an array of numbers or truth values",
                field.dataType().simpleString(),
                "cast it, or leave it out");
    }

    static void checkPresent(boolean isNull, String column) {
        if (isNull) {
            throw CacheWrite.refused(
                    "column '" + column + "'", "a value in each row", "null", "filter such rows");
        }
    }

    void append(InternalRow row) {
        int id = given.fieldIndex(SourceField.ID);
        checkPresent(row.isNullAt(id), SourceField.ID);
        List<int[]> ofRow = new ArrayList<>();
        for (ElementSink sink : sinks) {
            int ordinal = given.fieldIndex(sink.name());
            checkPresent(row.isNullAt(ordinal), sink.name());
            int elements = sink.append(row, ordinal);
            if (sink.column().isVariable()) {
                ofRow.add(shapeOf(sink, row, elements));
            }
        }
        shapes.add(ofRow.toArray(new int[0][]));
        ids.add(
                fields.get(0).field().dataType().equals(DataTypes.LongType)
                        ? (Object) row.getLong(id)
                        : row.getUTF8String(id).toString());
    }

    private int[] shapeOf(ElementSink sink, InternalRow row, int elements) {
        if (!SourceField.hasShapes(sink.column()) || sink.column().kind() != ColumnKind.TENSOR) {
            return new int[] {elements};
        }
        String name = SourceField.shapeName(sink.name());
        int ordinal = given.fieldIndex(name);
        checkPresent(row.isNullAt(ordinal), name);
        int[] shape = row.getArray(ordinal).toIntArray();
        long product = Arrays.stream(shape).asLongStream().reduce(1, (a, b) -> a * b);
        if (product != elements) {
            throw CacheWrite.refused(
                    "column '" + name + "'",
                    "a shape of " + elements + " elements",
                    Arrays.toString(shape),
                    "give each row the shape of its array");
        }
        return shape;
    }

    int rows() {
        return ids.size();
    }

    long bytes() {
        return sinks.stream().mapToLong(ElementSink::bytes).sum();
    }

    Keys keys() {
        return fields.get(0).field().dataType().equals(DataTypes.LongType)
                ? Keys.of(ids.stream().mapToLong(Long.class::cast).toArray())
                : Keys.ofStrings(ids.stream().map(String.class::cast).toList());
    }

    RowBatch batch() {
        return RowBatch.wrap(
                shapes.build(),
                sinks.stream().map(ElementSink::toBuffer).toArray(ByteBuffer[]::new));
    }

    void clear() {
        ids.clear();
        sinks.forEach(ElementSink::clear);
        shapes = RowShapes.builder(schema);
    }
}
