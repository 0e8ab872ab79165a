package io.github.djlcachex.interop.internal.arrow;

import com.google.flatbuffers.FlatBufferBuilder;

import io.github.djlcachex.interop.spi.LeafType;
import io.github.djlcachex.interop.spi.TableColumn;

import org.apache.arrow.flatbuf.Binary;
import org.apache.arrow.flatbuf.Bool;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.FixedSizeList;
import org.apache.arrow.flatbuf.FloatingPoint;
import org.apache.arrow.flatbuf.Int;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.flatbuf.Precision;
import org.apache.arrow.flatbuf.Schema;
import org.apache.arrow.flatbuf.Type;
import org.apache.arrow.flatbuf.Utf8;

import java.util.List;
import java.util.Map;

/** Encodes the schema of a file: rows of several dimensions are lists of lists. */
final class ArrowSchemaWriter {

    /** The name that Arrow gives the values of lists. */
    private static final String ITEM = "item";

    private final FlatBufferBuilder builder;

    private ArrowSchemaWriter(FlatBufferBuilder builder) {
        this.builder = builder;
    }

    /** Appends a schema; returns its offset. */
    static int write(
            FlatBufferBuilder builder, List<TableColumn> columns, Map<String, String> metadata) {
        ArrowSchemaWriter writer = new ArrowSchemaWriter(builder);
        int[] fields = columns.stream().mapToInt(c -> writer.field(c.name(), c, 0)).toArray();
        int fieldsVector = Schema.createFieldsVector(builder, fields);
        int[] pairs =
                metadata.entrySet().stream()
                        .mapToInt(
                                pair ->
                                        KeyValue.createKeyValue(
                                                builder,
                                                builder.createString(pair.getKey()),
                                                builder.createString(pair.getValue())))
                        .toArray();
        int metadataVector = Schema.createCustomMetadataVector(builder, pairs);
        Schema.startSchema(builder);
        Schema.addEndianness(builder, Endianness.Little);
        Schema.addFields(builder, fieldsVector);
        Schema.addCustomMetadata(builder, metadataVector);
        return Schema.endSchema(builder);
    }

    private int field(String name, TableColumn column, int axis) {
        int[] shape = column.shape();
        boolean isList = axis < shape.length;
        int[] children = isList ? new int[] {field(ITEM, column, axis + 1)} : new int[0];
        int nameOffset = builder.createString(name);
        int childrenVector = Field.createChildrenVector(builder, children);
        byte typeType = isList ? listType(shape[axis]) : type(column.type());
        int type = isList ? list(shape[axis]) : leaf(column.type());
        Field.startField(builder);
        Field.addName(builder, nameOffset);
        Field.addNullable(builder, true); // as all tools write it; there are no nulls
        Field.addTypeType(builder, typeType);
        Field.addType(builder, type);
        Field.addChildren(builder, childrenVector);
        return Field.endField(builder);
    }

    private static byte listType(int length) {
        return length == TableColumn.VARIABLE ? Type.List : Type.FixedSizeList;
    }

    private int list(int length) {
        if (length == TableColumn.VARIABLE) {
            org.apache.arrow.flatbuf.List.startList(builder);
            return org.apache.arrow.flatbuf.List.endList(builder);
        }
        return FixedSizeList.createFixedSizeList(builder, length);
    }

    private static byte type(LeafType leaf) {
        return switch (leaf) {
            case BOOLEAN -> Type.Bool;
            case TEXT -> Type.Utf8;
            case BYTES -> Type.Binary;
            case FLOAT16, FLOAT32, FLOAT64 -> Type.FloatingPoint;
            case BFLOAT16 -> throw new IllegalArgumentException("Arrow has no " + leaf);
            default -> Type.Int;
        };
    }

    private int leaf(LeafType leaf) {
        return switch (leaf) {
            case BOOLEAN -> {
                Bool.startBool(builder);
                yield Bool.endBool(builder);
            }
            case TEXT -> {
                Utf8.startUtf8(builder);
                yield Utf8.endUtf8(builder);
            }
            case BYTES -> {
                Binary.startBinary(builder);
                yield Binary.endBinary(builder);
            }
            case FLOAT16 -> FloatingPoint.createFloatingPoint(builder, Precision.HALF);
            case FLOAT32 -> FloatingPoint.createFloatingPoint(builder, Precision.SINGLE);
            case FLOAT64 -> FloatingPoint.createFloatingPoint(builder, Precision.DOUBLE);
            case INT8, INT16, INT32, INT64 -> integer(leaf, true);
            default -> integer(leaf, false);
        };
    }

    private int integer(LeafType leaf, boolean isSigned) {
        return Int.createInt(builder, leaf.byteWidth() * Byte.SIZE, isSigned);
    }
}
