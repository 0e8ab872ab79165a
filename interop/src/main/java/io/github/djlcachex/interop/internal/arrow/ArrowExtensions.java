package io.github.djlcachex.interop.internal.arrow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.github.djlcachex.interop.internal.table.Refusals;
import io.github.djlcachex.interop.spi.ColumnData;
import io.github.djlcachex.interop.spi.LeafType;

import java.nio.ByteBuffer;
import java.nio.file.Path;

/** What the metadata of a field says of its values: the shape of tensors, and types of others. */
final class ArrowExtensions {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String OWN_TYPE = "djlcachex.type";

    private ArrowExtensions() {}

    static ColumnData apply(ArrowField field, ColumnData data, Path path) {
        ColumnData typed = typed(field, data);
        return switch (field.extension()) {
            case "arrow.fixed_shape_tensor" -> tensors(field, typed, path);
            case "arrow.bool8" -> truths(typed);
            default -> typed;
        };
    }

    /** Our own files have truth values as bytes, and bfloat16 as the bits of it. */
    private static ColumnData typed(ArrowField field, ColumnData data) {
        String type = field.metadata().getOrDefault(OWN_TYPE, "");
        if (type.equals("BFLOAT16") && data.type() == LeafType.UINT16) {
            return data.retyped(LeafType.BFLOAT16, data.values());
        }
        if (type.equals("BOOLEAN") && data.type() == LeafType.UINT8) {
            return truths(data);
        }
        return data;
    }

    private static ColumnData truths(ColumnData data) {
        if (data.type().byteWidth() != 1) {
            return data;
        }
        ByteBuffer values = data.values();
        for (int i = 0; i < values.capacity(); i++) {
            values.put(i, (byte) (values.get(i) == 0 ? 0 : 1));
        }
        return data.retyped(LeafType.BOOLEAN, values);
    }

    private static ColumnData tensors(ArrowField field, ColumnData data, Path path) {
        try {
            JsonNode facts = JSON.readTree(field.extensionFacts());
            if (isPermuted(facts.path("permutation"))) {
                throw Refusals.unsupported(
                        path,
                        "tensors whose last dimension is first in memory",
                        "permuted ones in column '" + field.name() + "'",
                        "make them contiguous");
            }
            int[] shape = new int[facts.path("shape").size()];
            long elements = 1;
            for (int axis = 0; axis < shape.length; axis++) {
                shape[axis] = facts.path("shape").get(axis).asInt(-1);
                elements = shape[axis] < 0 ? -1 : Math.min(elements * shape[axis], 1L << 31);
            }
            if (elements != field.listLength()) {
                throw Refusals.corrupt(
                        path,
                        field.listLength() + " elements by the shape of '" + field.name() + "'",
                        field.extensionFacts());
            }
            return data.reshaped(shape);
        } catch (JsonProcessingException e) {
            throw Refusals.corrupt(path, "the shape of '" + field.name() + "' as JSON", e);
        }
    }

    private static boolean isPermuted(JsonNode permutation) {
        for (int i = 0; i < permutation.size(); i++) {
            if (permutation.get(i).asInt() != i) {
                return true;
            }
        }
        return false;
    }
}
