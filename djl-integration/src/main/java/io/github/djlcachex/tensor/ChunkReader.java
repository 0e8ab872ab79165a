package io.github.djlcachex.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicBoolean;

/** Reads the chunks of an entry, several at a time. */
final class ChunkReader {

    private final EntryRows rows;
    private final Head head;
    private final int threads;

    ChunkReader(EntryRows rows, Head head, int threads) {
        this.rows = rows;
        this.head = head;
        this.threads = threads;
    }

    /** Fills memory with a plane, or returns false if a chunk is damaged or gone. */
    boolean read(StoredPlane plane, Bytes into) {
        int first = firstChunk(plane);
        AtomicBoolean isWhole = new AtomicBoolean(true);
        Parallel.each(
                threads,
                plane.chunks().size(),
                chunk -> {
                    if (isWhole.get() && !read(plane, first, chunk, into)) {
                        isWhole.set(false);
                    }
                });
        return isWhole.get();
    }

    /** Chunks are numbered through all planes; planes may be equal, but each is one object. */
    @SuppressWarnings("ReferenceEquality")
    private int firstChunk(StoredPlane plane) {
        int first = 0;
        for (StoredPlane each : (Iterable<StoredPlane>) head.planes()::iterator) {
            if (each == plane) {
                return first;
            }
            first += each.chunks().size();
        }
        throw new IllegalArgumentException("a plane of another entry");
    }

    private boolean read(StoredPlane plane, int first, int chunk, Bytes into) {
        int length = plane.plainBytes(chunk, head.chunkBytes());
        ByteBuffer target = into.slice((long) chunk * head.chunkBytes(), length);
        int narrowedBytes = plane.narrowedBytes(chunk, head.chunkBytes());
        int storedBytes = Math.toIntExact(plane.chunks().get(chunk));
        boolean isNarrowed = plane.type() != plane.stored();
        boolean isDeflated = storedBytes < narrowedBytes;
        ByteBuffer narrowed = isNarrowed ? heap(narrowedBytes) : target;
        ByteBuffer stored = isDeflated ? heap(storedBytes) : narrowed;
        boolean isRead =
                rows.readChunk(head, first + chunk, stored.duplicate())
                        && (!isDeflated || Deflated.inflate(stored, narrowed.duplicate()));
        if (isRead && isNarrowed) {
            Numbers.widen(narrowed, plane.type(), target);
        }
        return isRead;
    }

    private static ByteBuffer heap(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
