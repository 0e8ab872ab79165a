package io.github.djlcachex.tensor;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A tensor of a stored entry, as the head of the entry describes it. */
record StoredTensor(
        @Nullable String name,
        TensorType type,
        List<Long> shape,
        TensorLayout layout,
        @Nullable Boolean trainable,
        List<StoredPlane> planes) {

    long size() {
        return planes.stream().mapToLong(StoredPlane::size).sum();
    }

    long storedBytes() {
        return planes.stream().mapToLong(StoredPlane::storedBytes).sum();
    }

    /** Returns the plane of the elements, which is the last one. */
    StoredPlane values() {
        return planes.get(planes.size() - 1);
    }

    Map<String, @Nullable Object> toMap() {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("name", name);
        map.put("type", type.name());
        map.put("shape", shape);
        map.put("layout", layout.name());
        map.put("trainable", trainable);
        map.put("planes", planes.stream().map(StoredPlane::toMap).toList());
        return map;
    }

    static StoredTensor of(Map<?, ?> map) {
        return new StoredTensor(
                (String) map.get("name"),
                TensorType.valueOf(Fields.text(map, "type")),
                Fields.numbers(map, "shape"),
                TensorLayout.valueOf(Fields.text(map, "layout")),
                (Boolean) map.get("trainable"),
                Fields.list(map, "planes").stream()
                        .map(plane -> StoredPlane.of(Fields.map(plane)))
                        .toList());
    }
}
