package io.github.djlcachex.tensor;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.PutResult;
import io.github.djlcachex.row.Problem;

import java.util.List;
import java.util.UUID;

/**
 * Writes entries.
 *
 * <p>Publish order: all chunks of an entry, then its head. So an entry is there whole or not at
 * all, whatever a crash left. Of writers of one version, the one whose head is stored first wins;
 * another of the same process takes the next version. Chunks have keys that no other writer uses.
 *
 * <p>Safe for use by several threads: what they share is the {@link FeatureCache}, the {@link
 * Versions} and the {@link Room}.
 */
final class EntryWriter {

    private final FeatureCache cache;
    private final TensorCacheBuilder options;
    private final EntryRows rows;
    private final Versions versions;
    private final Room room;

    EntryWriter(FeatureCache cache, TensorCacheBuilder options, EntryRows rows, Versions versions) {
        this.cache = cache;
        this.options = options;
        this.rows = rows;
        this.versions = versions;
        this.room = new Room(cache, options.maxBytes, options.freeMemory, options.freeDisk);
    }

    /** Stores an entry, or says why not. */
    TensorPut put(
            TensorKey key, List<Source> sources, Origin origin, TensorOptions how, long copied) {
        long bytes = sources.stream().mapToLong(Source::size).sum();
        TensorPut notWorth = options.worth(key, bytes, how);
        if (notWorth != null) {
            return notWorth;
        }
        if (!cache.isWritable()) {
            return TensorPut.refused(PutOutcome.READ_ONLY, readOnly(key));
        }
        long working = 2L * options.threads * Math.min(bytes, options.chunkBytes);
        TensorPut noRoom = room.reserve(key, bytes, copied + working);
        if (noRoom != null) {
            return noRoom;
        }
        try {
            return write(key, sources, origin, how);
        } finally {
            room.release(bytes);
        }
    }

    private static Problem readOnly(TensorKey key) {
        return Problem.of(
                "entry " + key,
                "a cache that may write",
                "one that is read-only, or of another rank than the writer's",
                "open it to write");
    }

    private TensorPut write(TensorKey key, List<Source> sources, Origin origin, TensorOptions how) {
        Head unsized = head(key, false, origin, List.of());
        ChunkWriter writer = new ChunkWriter(rows, unsized, options.threads, how);
        List<StoredTensor> tensors = writer.write(sources);
        Head head = unsized.with(tensors);
        boolean isWritten = !writer.isDeclined() && publish(head) && isFlushed();
        return isWritten
                ? TensorPut.stored(head)
                : TensorPut.refused(PutOutcome.NOT_WRITTEN, notWritten(key));
    }

    private static Problem notWritten(TensorKey key) {
        return Problem.of(
                "entry " + key,
                "a disk that takes it",
                "one that did not, or not in time",
                "see the log for the reason, then put it again");
    }

    private Head head(TensorKey key, boolean removed, Origin origin, List<StoredTensor> tensors) {
        return new Head(
                key,
                UUID.randomUUID().toString(),
                options.clockMs.getAsLong(),
                removed,
                origin.engine(),
                origin.inputShapes(),
                origin.fingerprint(),
                options.chunkBytes,
                tensors);
    }

    /** Stores a head as the next version, or returns false if it is not taken. */
    private boolean publish(Head head) {
        String digest = head.key().digest();
        String text = head.toJson();
        while (true) {
            long version = versions.newest(digest) + 1;
            PutResult result = rows.putHead(digest, version, text);
            if (result.declined() > 0) {
                return false;
            }
            versions.saw(digest, version);
            if (result.stored() > 0) {
                return true;
            } // else another thread took the version
        }
    }

    /**
     * Says that an entry is removed.
     *
     * @throws TensorNotStoredException if that cannot be written
     */
    void remove(TensorKey key) {
        if (!cache.isWritable()) {
            throw new TensorNotStoredException(readOnly(key));
        }
        if (!(publish(head(key, true, Origin.NONE, List.of())) && isFlushed())) {
            throw new TensorNotStoredException(notWritten(key));
        }
    }

    /** Waits for the disk, if every put does. */
    private boolean isFlushed() {
        return !options.flushPuts || cache.flush().isComplete();
    }

    long usedBytes() {
        return room.usedBytes();
    }
}
