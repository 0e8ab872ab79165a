package io.github.djlcachex.internal.segment;

import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.RowSchema;

import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The Arrow schema of a generation's segments: {@code id}, one tensor field a column, {@code
 * crc32c}.
 *
 * <p>BOOLEAN is stored as uint8 and BFLOAT16 as uint16, each with our own type in the field's
 * metadata: Arrow has no bfloat16, and pyarrow cannot turn a tensor of bits into numpy. A column
 * that is stored in another precision has there the type that is served too, a sparse one the shape
 * of the dense rows, and a column of scales or indices the name of the field that they belong to.
 */
final class ArrowSchema {

    static final String ID_FIELD = "id";
    static final String CRC_FIELD = "crc32c";
    static final String CONTRACT_KEY = "djlcachex.contract";
    static final String TYPE_KEY = "djlcachex.type";
    static final String SERVED_KEY = "djlcachex.served";
    static final String SCALE_KEY = "djlcachex.scale_of";
    static final String DENSE_KEY = "djlcachex.dense_shape";
    static final String INDICES_KEY = "djlcachex.indices_of";

    private static final String EXTENSION_NAME_KEY = "ARROW:extension:name";
    private static final String EXTENSION_METADATA_KEY = "ARROW:extension:metadata";
    private static final String FIXED_SHAPE_TENSOR = "arrow.fixed_shape_tensor";
    private static final String VARIABLE_SHAPE_TENSOR = "arrow.variable_shape_tensor";

    private ArrowSchema() {}

    static Schema of(Contract contract) {
        List<Field> fields = new ArrayList<>();
        ArrowType id =
                contract.keyType() == KeyType.INT64
                        ? new ArrowType.Int(Long.SIZE, true)
                        : new ArrowType.Utf8();
        fields.add(leaf(ID_FIELD, id, Map.of()));
        List<String> names = fieldNames(contract.schema());
        for (int c = 0; c < names.size(); c++) {
            fields.add(served(contract.schema().columns(), c, names));
        }
        fields.add(leaf(CRC_FIELD, new ArrowType.Int(Integer.SIZE, true), Map.of()));
        return new Schema(fields, Map.of(CONTRACT_KEY, ContractJson.encode(contract)));
    }

    /** The outputs' names; {@code output_<i>} without one, and never one that is taken. */
    static List<String> fieldNames(RowSchema schema) {
        Set<String> taken = new HashSet<>(Set.of(ID_FIELD, CRC_FIELD));
        List<String> names = new ArrayList<>();
        for (Column column : schema.columns()) {
            String name = column.name() != null ? column.name() : "output_" + names.size();
            while (!taken.add(name)) {
                name = "output." + name;
            }
            names.add(name);
        }
        return names;
    }

    /** The field of a column; one that is converted says in its metadata what it stands for. */
    private static Field served(List<Column> columns, int c, List<String> names) {
        Field stored = field(names.get(c), columns.get(c));
        Map<String, String> added = new LinkedHashMap<>();
        if (ServedColumns.isNarrowed(columns.get(c))) {
            added.put(SERVED_KEY, columns.get(c).servedType().name());
        }
        if (columns.get(c).isSparse()) {
            added.put(DENSE_KEY, text(columns.get(c).servedShape()));
        }
        if (ServedColumns.isCompanion(columns, c)) {
            added.put(columns.get(c - 1).isSparse() ? INDICES_KEY : SCALE_KEY, names.get(c - 1));
        }
        if (added.isEmpty()) {
            return stored;
        }
        added.putAll(stored.getMetadata());
        FieldType type = new FieldType(false, stored.getType(), null, added);
        return new Field(stored.getName(), type, stored.getChildren());
    }

    private static Field field(String name, Column column) {
        return switch (column.kind()) {
            case STRING -> leaf(name, new ArrowType.Utf8(), Map.of());
            case BINARY -> leaf(name, new ArrowType.Binary(), Map.of());
            case TENSOR -> column.isVariable() ? variable(name, column) : fixed(name, column);
        };
    }

    private static Field fixed(String name, Column column) {
        String shape = text(column.shape());
        ArrowType list = new ArrowType.FixedSizeList(column.rowElements());
        return new Field(
                name,
                tensor(list, FIXED_SHAPE_TENSOR, "{\"shape\":" + shape + "}", column),
                List.of(item(storageType(column.type()))));
    }

    private static String text(int[] shape) {
        return Arrays.toString(shape).replace(" ", "");
    }

    private static Field variable(String name, Column column) {
        String shape =
                Arrays.stream(column.shape())
                        .mapToObj(n -> n == Column.VARIABLE ? "null" : Integer.toString(n))
                        .collect(Collectors.joining(","));
        Field data = list("data", new ArrowType.List(), storageType(column.type()));
        Field dimensions =
                list(
                        "shape",
                        new ArrowType.FixedSizeList(column.rank()),
                        new ArrowType.Int(Integer.SIZE, true));
        return new Field(
                name,
                tensor(
                        new ArrowType.Struct(),
                        VARIABLE_SHAPE_TENSOR,
                        "{\"uniform_shape\":[" + shape + "]}",
                        column),
                List.of(data, dimensions));
    }

    private static FieldType tensor(
            ArrowType storage, String extension, String parameters, Column column) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(EXTENSION_NAME_KEY, extension);
        metadata.put(EXTENSION_METADATA_KEY, parameters);
        metadata.put(TYPE_KEY, column.type().name());
        return new FieldType(false, storage, null, metadata);
    }

    private static Field list(String name, ArrowType list, ArrowType item) {
        return new Field(name, new FieldType(false, list, null), List.of(item(item)));
    }

    private static Field item(ArrowType type) {
        return leaf("item", type, Map.of());
    }

    private static Field leaf(String name, ArrowType type, Map<String, String> metadata) {
        return new Field(name, new FieldType(false, type, null, metadata), null);
    }

    private static ArrowType storageType(ElementType type) {
        return switch (type) {
            case FLOAT16 -> new ArrowType.FloatingPoint(FloatingPointPrecision.HALF);
            case FLOAT32 -> new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
            case FLOAT64 -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
            case INT8, INT32, INT64 -> new ArrowType.Int(type.byteWidth() * Byte.SIZE, true);
            case UINT8, BOOLEAN, BFLOAT16 -> new ArrowType.Int(type.byteWidth() * Byte.SIZE, false);
        };
    }
}
