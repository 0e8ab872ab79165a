package io.github.djlcachex.interop.internal.hf;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.github.djlcachex.interop.spi.LeafType;
import io.github.djlcachex.interop.spi.TableColumn;

import java.util.List;
import java.util.Locale;

/** The columns of a dataset as {@code datasets} describes them. */
final class HfFeatures {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private HfFeatures() {}

    static ObjectNode of(List<TableColumn> columns) {
        ObjectNode features = JSON.objectNode();
        columns.forEach(column -> features.set(column.name(), feature(column, 0)));
        return features;
    }

    private static ObjectNode feature(TableColumn column, int axis) {
        ObjectNode feature = JSON.objectNode();
        int[] shape = column.shape();
        if (axis == shape.length) {
            return feature.put("dtype", dtype(column.type())).put("_type", "Value");
        }
        feature.set("feature", feature(column, axis + 1));
        return feature.put("length", shape[axis]).put("_type", "Sequence"); // List since 4.0
    }

    private static String dtype(LeafType type) {
        return switch (type) {
            case TEXT -> "string";
            case BYTES -> "binary";
            case BOOLEAN -> "bool";
            default -> type.name().toLowerCase(Locale.ROOT);
        };
    }
}
