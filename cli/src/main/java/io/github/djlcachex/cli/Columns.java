package io.github.djlcachex.cli;

import com.fasterxml.jackson.core.JsonGenerator;

import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ColumnKind;
import io.github.djlcachex.row.RowSchema;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Columns are the columns of rows as text: {@code features:float32[384]}. */
final class Columns {

    private Columns() {}

    static String text(RowSchema schema) {
        return schema.columns().stream().map(Columns::text).collect(Collectors.joining(", "));
    }

    static String text(Column column) {
        String name = column.name();
        return (name == null ? "" : name + ":") + type(column);
    }

    /** The name of a column, or its number; escaped. */
    static String label(RowSchema schema, int column) {
        String name = schema.columns().get(column).name();
        return name == null ? "#" + column : Escapes.line(name);
    }

    /** The type and shape; a dimension that differs from row to row is a {@code *}. */
    static String type(Column column) {
        if (column.kind() != ColumnKind.TENSOR) {
            return column.kind().name().toLowerCase(Locale.ROOT);
        }
        String type = column.type().name().toLowerCase(Locale.ROOT);
        return column.rank() == 0 ? type : type + shape(column);
    }

    private static String shape(Column column) {
        return Arrays.stream(column.shape())
                .mapToObj(length -> length == Column.VARIABLE ? "*" : Integer.toString(length))
                .collect(Collectors.joining(",", "[", "]"));
    }

    static void write(JsonGenerator json, String field, RowSchema schema) throws IOException {
        json.writeArrayFieldStart(field);
        for (Column column : schema.columns()) {
            json.writeStartObject();
            json.writeStringField("name", column.name());
            json.writeStringField("kind", column.kind().name());
            json.writeStringField("type", column.type().name());
            json.writeFieldName("shape");
            int[] shape = column.shape();
            json.writeArray(shape, 0, shape.length);
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
