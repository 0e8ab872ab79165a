package io.github.djlcachex.tensor;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Stores the chunks of tensors, several at a time, and returns what the head says of them. */
final class ChunkWriter {

    private final EntryRows rows;
    private final Head head;
    private final int threads;
    private final TensorOptions options;
    private final AtomicBoolean isDeclined = new AtomicBoolean();
    private int chunks;

    ChunkWriter(EntryRows rows, Head head, int threads, TensorOptions options) {
        this.rows = rows;
        this.head = head;
        this.threads = threads;
        this.options = options;
    }

    List<StoredTensor> write(List<Source> sources) {
        return sources.stream().map(this::write).toList();
    }

    /** Tells whether a chunk was not taken, so that there must be no head. */
    boolean isDeclined() {
        return isDeclined.get();
    }

    private StoredTensor write(Source source) {
        List<StoredPlane> planes = new ArrayList<>();
        for (Plane plane : source.planes()) {
            planes.add(write(plane, options.levelFor(source.size())));
        }
        return new StoredTensor(
                source.name(),
                source.type(),
                source.shape(),
                source.layout(),
                source.trainable(),
                planes);
    }

    private StoredPlane write(Plane plane, int level) {
        int first = chunks;
        int count = StoredPlane.chunksOf(plane.size(), head.chunkBytes());
        chunks += count;
        TensorType stored = Numbers.storedType(plane, options.narrowing());
        Long[] sizes = new Long[count];
        Arrays.fill(sizes, 0L);
        StoredPlane unsized = new StoredPlane(plane.type(), stored, plane.size(), List.of());
        Parallel.each(
                threads,
                count,
                chunk -> {
                    if (!isDeclined.get()) {
                        ByteBuffer bytes = encoded(plane, unsized, chunk, level);
                        sizes[chunk] = (long) bytes.remaining();
                        if (!rows.putChunk(head, first + chunk, bytes)) {
                            isDeclined.set(true);
                        }
                    }
                });
        return new StoredPlane(plane.type(), stored, plane.size(), List.of(sizes));
    }

    private ByteBuffer encoded(Plane plane, StoredPlane stored, int chunk, int level) {
        int length = stored.plainBytes(chunk, head.chunkBytes());
        ByteBuffer bytes = plane.bytes().slice((long) chunk * head.chunkBytes(), length);
        ByteBuffer narrowed =
                stored.type() == stored.stored() ? bytes : Numbers.narrow(bytes, stored.type());
        return level > 0 ? Deflated.deflate(narrowed, level) : narrowed;
    }
}
