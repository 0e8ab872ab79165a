package io.github.djlcachex.tensor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A plane of a stored tensor.
 *
 * @param type the type of its elements
 * @param stored the type in which they are stored
 * @param size the bytes of all elements in their own type
 * @param chunks the stored bytes of each chunk; one that is smaller than its elements is deflated
 */
record StoredPlane(TensorType type, TensorType stored, long size, List<Long> chunks) {

    /** Returns the number of chunks of a plane. */
    static int chunksOf(long size, int chunkBytes) {
        return Math.toIntExact((size + chunkBytes - 1) / chunkBytes);
    }

    /** Returns the size of a chunk's elements in their own type. */
    int plainBytes(int chunk, int chunkBytes) {
        return (int) Math.min(chunkBytes, size - (long) chunk * chunkBytes);
    }

    /** Returns the size of a chunk's elements in the type in which they are stored. */
    int narrowedBytes(int chunk, int chunkBytes) {
        int plain = plainBytes(chunk, chunkBytes);
        return type == stored ? plain : plain / 2;
    }

    long storedBytes() {
        return chunks.stream().mapToLong(Long::longValue).sum();
    }

    boolean isCompressed() {
        return storedBytes() < (type == stored ? size : size / 2);
    }

    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("type", type.name());
        map.put("stored", stored.name());
        map.put("bytes", size);
        map.put("chunks", chunks);
        return map;
    }

    static StoredPlane of(Map<?, ?> map) {
        List<Long> chunks = new ArrayList<>();
        Fields.list(map, "chunks").forEach(chunk -> chunks.add((Long) chunk));
        return new StoredPlane(
                TensorType.valueOf(Fields.text(map, "type")),
                TensorType.valueOf(Fields.text(map, "stored")),
                Fields.number(map, "bytes"),
                List.copyOf(chunks));
    }
}
