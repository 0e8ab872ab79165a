package io.github.djlcachex.interop.internal.arrow;

import io.github.djlcachex.interop.spi.LeafType;

import org.apache.arrow.flatbuf.DictionaryEncoding;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.FixedSizeList;
import org.apache.arrow.flatbuf.FloatingPoint;
import org.apache.arrow.flatbuf.Int;
import org.apache.arrow.flatbuf.Precision;
import org.apache.arrow.flatbuf.Schema;
import org.apache.arrow.flatbuf.Type;
import org.apache.arrow.flatbuf.Union;
import org.apache.arrow.flatbuf.UnionMode;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Decodes the schema of a file that is not trusted: it may say that a field is below itself, so
 * that depth and number of fields are limited.
 */
final class ArrowSchemaReader {

    private static final int MAX_DEPTH = 32;
    private static final int MAX_FIELDS = 100_000;

    private int fields;

    private ArrowSchemaReader() {}

    static List<ArrowField> read(Schema schema) {
        ArrowSchemaReader reader = new ArrowSchemaReader();
        List<ArrowField> fields = new ArrayList<>();
        for (int i = 0; i < schema.fieldsLength(); i++) {
            fields.add(reader.field(Objects.requireNonNull(schema.fields(i)), 0));
        }
        return fields;
    }

    private ArrowField field(Field field, int depth) {
        fields++;
        if (depth > MAX_DEPTH || fields > MAX_FIELDS) {
            throw new IllegalArgumentException("too many fields, or fields too deep");
        }
        List<ArrowField> children = new ArrayList<>();
        for (int i = 0; i < field.childrenLength(); i++) {
            children.add(field(Objects.requireNonNull(field.children(i)), depth + 1));
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        for (int i = 0; i < field.customMetadataLength(); i++) {
            metadata.put(
                    String.valueOf(field.customMetadata(i).key()),
                    String.valueOf(field.customMetadata(i).value()));
        }
        ArrowField values =
                new ArrowField(
                        field.name() == null ? "" : field.name(),
                        typeName(field),
                        ArrowKind.of(field.typeType(), isDenseUnion(field)),
                        leaf(field),
                        listLength(field),
                        List.copyOf(children),
                        Map.copyOf(metadata),
                        null);
        DictionaryEncoding dictionary = field.dictionary();
        return dictionary == null ? values : indices(values, dictionary);
    }

    /** The field of the indices into a dictionary, which are 32-bit integers if nothing is said. */
    private static ArrowField indices(ArrowField values, DictionaryEncoding dictionary) {
        Int index = dictionary.indexType();
        return new ArrowField(
                values.name(),
                values.typeName(),
                ArrowKind.NUMBER,
                index == null ? LeafType.INT32 : integer(index),
                0,
                List.of(),
                values.metadata(),
                new ArrowField.DictionaryField(dictionary.id(), values));
    }

    private static String typeName(Field field) {
        int type = field.typeType();
        return type < Type.names.length ? Type.name(type) : "number " + type;
    }

    private static boolean isDenseUnion(Field field) {
        return field.typeType() == Type.Union
                && ((Union) Objects.requireNonNull(field.type(new Union()))).mode()
                        == UnionMode.Dense;
    }

    private static int listLength(Field field) {
        if (field.typeType() != Type.FixedSizeList) {
            return 0;
        }
        int length =
                ((FixedSizeList) Objects.requireNonNull(field.type(new FixedSizeList())))
                        .listSize();
        if (length < 0) {
            throw new IllegalArgumentException("lists of length " + length);
        }
        return length;
    }

    private static @Nullable LeafType leaf(Field field) {
        return switch (field.typeType()) {
            case Type.Int -> integer((Int) Objects.requireNonNull(field.type(new Int())));
            case Type.FloatingPoint ->
                    floating(
                            (FloatingPoint)
                                    Objects.requireNonNull(field.type(new FloatingPoint())));
            case Type.Bool -> LeafType.BOOLEAN;
            case Type.Utf8, Type.LargeUtf8, Type.Utf8View -> LeafType.TEXT;
            case Type.Binary, Type.LargeBinary, Type.BinaryView -> LeafType.BYTES;
            default -> null;
        };
    }

    private static LeafType integer(Int type) {
        return switch (type.bitWidth()) {
            case Byte.SIZE -> type.isSigned() ? LeafType.INT8 : LeafType.UINT8;
            case Short.SIZE -> type.isSigned() ? LeafType.INT16 : LeafType.UINT16;
            case Integer.SIZE -> type.isSigned() ? LeafType.INT32 : LeafType.UINT32;
            case Long.SIZE -> type.isSigned() ? LeafType.INT64 : LeafType.UINT64;
            default -> throw new IllegalArgumentException("integers of " + type.bitWidth());
        };
    }

    private static LeafType floating(FloatingPoint type) {
        return switch (type.precision()) {
            case Precision.HALF -> LeafType.FLOAT16;
            case Precision.SINGLE -> LeafType.FLOAT32;
            case Precision.DOUBLE -> LeafType.FLOAT64;
            default -> throw new IllegalArgumentException("a precision " + type.precision());
        };
    }
}
