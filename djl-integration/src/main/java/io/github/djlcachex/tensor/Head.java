package io.github.djlcachex.tensor;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The head of a version of an entry: the row that says what the entry consists of.
 *
 * @param token the writer's mark, a part of the keys of its chunks alone
 * @param writtenAtMs when it was put, in milliseconds since 1970
 * @param isRemoved whether this version says that the entry was removed
 * @param engine the engine whose arrays were put, or null
 * @param inputShapes the shapes of a block's inputs, or null if it is no block or does not tell
 * @param fingerprint the digest of a block's parameters, or null
 * @param chunkBytes the size of a chunk's elements in their own type
 */
record Head(
        TensorKey key,
        String token,
        long writtenAtMs,
        boolean isRemoved,
        @Nullable String engine,
        @Nullable List<List<Long>> inputShapes,
        @Nullable String fingerprint,
        int chunkBytes,
        List<StoredTensor> tensors) {

    /** The format of heads. One of a greater number is not read. */
    private static final long FORMAT = 1;

    /** Returns this head with the tensors that were written. */
    Head with(List<StoredTensor> written) {
        return new Head(
                key,
                token,
                writtenAtMs,
                isRemoved,
                engine,
                inputShapes,
                fingerprint,
                chunkBytes,
                written);
    }

    long storedBytes() {
        return tensors.stream().mapToLong(StoredTensor::storedBytes).sum();
    }

    Stream<StoredPlane> planes() {
        return tensors.stream().flatMap(tensor -> tensor.planes().stream());
    }

    int chunks() {
        return planes().mapToInt(plane -> plane.chunks().size()).sum();
    }

    String toJson() {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("format", FORMAT);
        map.put("attributes", key.attributes());
        map.put("token", token);
        map.put("writtenAt", writtenAtMs);
        map.put("removed", isRemoved);
        map.put("engine", engine);
        map.put("inputShapes", inputShapes);
        map.put("fingerprint", fingerprint);
        map.put("chunkBytes", chunkBytes);
        map.put("tensors", tensors.stream().map(StoredTensor::toMap).toList());
        return Json.write(map);
    }

    /**
     * Reads the text of a head.
     *
     * @throws RuntimeException if it is none that this version understands
     */
    @SuppressWarnings("unchecked") // TensorKey checks every attribute
    static Head of(String json) {
        Map<?, ?> map = Fields.map(Json.read(json));
        if (Fields.number(map, "format") != FORMAT) {
            throw new IllegalArgumentException("a head of format " + map.get("format"));
        }
        List<?> shapes = (List<?>) map.get("inputShapes");
        return new Head(
                TensorKey.of((Map<String, ?>) Fields.map(map.get("attributes"))),
                Fields.text(map, "token"),
                Fields.number(map, "writtenAt"),
                Fields.truth(map, "removed"),
                (String) map.get("engine"),
                shapes == null
                        ? null
                        : shapes.stream().map(shape -> Fields.numbers((List<?>) shape)).toList(),
                (String) map.get("fingerprint"),
                Math.toIntExact(Fields.number(map, "chunkBytes")),
                Fields.list(map, "tensors").stream()
                        .map(tensor -> StoredTensor.of(Fields.map(tensor)))
                        .toList());
    }
}
