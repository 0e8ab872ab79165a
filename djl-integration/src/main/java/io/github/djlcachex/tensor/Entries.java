package io.github.djlcachex.tensor;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.PutResult;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The entries of a cache, whoever holds the tensors.
 *
 * <p>Publish order: all chunks of an entry, then its head. A reader finds the newest head, and
 * believes it if all its chunks are there. So an entry is there whole or not at all, whatever a
 * crash left; of writers of one version, the one whose head is stored first wins, and its chunks
 * have keys that no other writer uses. An entry whose newest version is damaged is absent; an older
 * version is never shown in its place.
 *
 * <p>Safe for use by several threads: what they share is the {@link FeatureCache}, the {@link
 * Versions} and the counters.
 */
final class Entries {

    private static final int HEADS_AT_A_TIME = 256;

    private final FeatureCache cache;
    private final TensorCacheBuilder options;
    private final EntryRows rows;
    private final Versions versions;
    private final Room room;
    private final AtomicLong hits = new AtomicLong();
    private final AtomicLong misses = new AtomicLong();
    private final AtomicLong damaged = new AtomicLong();
    private final AtomicLong stored = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    Entries(FeatureCache cache, TensorCacheBuilder options) {
        this.cache = cache;
        this.options = options;
        this.rows = new EntryRows(cache);
        this.versions = new Versions(cache);
        this.room = new Room(cache, options.maxBytes, options.freeMemory, options.freeDisk);
    }

    /** What is put beside the tensors. */
    record Origin(
            @Nullable String engine,
            @Nullable List<List<Long>> inputShapes,
            @Nullable String fingerprint) {

        static final Origin NONE = new Origin(null, null, null);
    }

    /**
     * Stores an entry, or says why not.
     *
     * @param copied the bytes of heap that copies of the tensors take
     */
    TensorPut put(
            TensorKey key, List<Source> sources, Origin origin, TensorOptions how, long copied) {
        TensorPut put = putUncounted(key, sources, origin, how, copied);
        (put.isStored() ? stored : refused).incrementAndGet();
        return put;
    }

    private TensorPut putUncounted(
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

    private Problem readOnly(TensorKey key) {
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
        Head head =
                new Head(
                        key,
                        unsized.token(),
                        unsized.writtenAtMs(),
                        false,
                        origin.engine,
                        origin.inputShapes,
                        origin.fingerprint,
                        options.chunkBytes,
                        tensors);
        boolean written = !writer.isDeclined() && publish(head);
        if (written && options.flushPuts) {
            written = cache.flush().isComplete();
        }
        return written ? TensorPut.stored(head) : notWritten(key);
    }

    private TensorPut notWritten(TensorKey key) {
        return TensorPut.refused(
                PutOutcome.NOT_WRITTEN,
                Problem.of(
                        "entry " + key,
                        "a disk that takes it",
                        "one that did not, or not in time",
                        "see the log for the reason, then put it again"));
    }

    private Head head(TensorKey key, boolean removed, Origin origin, List<StoredTensor> tensors) {
        return new Head(
                key,
                UUID.randomUUID().toString(),
                options.clockMs.getAsLong(),
                removed,
                origin.engine,
                origin.inputShapes,
                origin.fingerprint,
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

    /** Says that an entry is removed, if it is there. */
    boolean remove(TensorKey key) {
        if (find(key).isEmpty()) {
            return false;
        }
        if (!cache.isWritable()) {
            throw new TensorNotStoredException(readOnly(key));
        }
        boolean written = publish(head(key, true, Origin.NONE, List.of()));
        if (written && options.flushPuts) {
            written = cache.flush().isComplete();
        }
        if (!written) {
            notWritten(key).orThrow();
        }
        return true;
    }

    /** Returns the head of an entry, or nothing if it is absent or not whole. */
    Optional<Head> find(TensorKey key) {
        String digest = Given.notNull("key", key).digest();
        long version = versions.newest(digest);
        if (version == 0) {
            return Optional.empty();
        }
        String headKey = EntryRows.headKey(digest, version);
        Optional<Head> head = rows.heads(Keys.of(headKey)).get(0).flatMap(Entries::parsed);
        if (head.isEmpty()) {
            return cache.contains(headKey) ? damaged(key) : Optional.empty();
        }
        if (!isShown(head.get())) {
            return Optional.empty();
        }
        return rows.hasChunks(head.get()) ? head : damaged(key);
    }

    private static Optional<Head> parsed(String text) {
        try {
            return Optional.of(Head.of(text));
        } catch (RuntimeException e) {
            return Optional.empty(); // of a later version of the library, or no head at all
        }
    }

    private boolean isShown(Head head) {
        Duration expiry = options.expiry;
        boolean isOld =
                expiry != null
                        && options.clockMs.getAsLong() - head.writtenAtMs() > expiry.toMillis();
        return !head.isRemoved() && !isOld;
    }

    /** Counts an entry of which a part is damaged or gone, or throws. */
    <T> Optional<T> damaged(TensorKey key) {
        damaged.incrementAndGet();
        if (options.damage == DamagePolicy.THROW) {
            throw new DamagedEntryException(
                    Problem.of(
                            "entry " + key,
                            "all of its rows",
                            "one that is damaged or gone",
                            "put it again; FeatureCache.verify names the file"));
        }
        return Optional.empty();
    }

    ChunkReader reader(Head head) {
        return new ChunkReader(rows, head, options.threads);
    }

    /** Returns the heads of all entries that are there, in the order of their attributes. */
    List<Head> list() {
        List<String> digests = List.copyOf(versions.scan());
        List<Head> heads = new ArrayList<>();
        for (int from = 0; from < digests.size(); from += HEADS_AT_A_TIME) {
            List<String> some =
                    digests.subList(from, Math.min(from + HEADS_AT_A_TIME, digests.size()));
            List<String> keys =
                    some.stream().map(d -> EntryRows.headKey(d, versions.newest(d))).toList();
            rows.heads(Keys.ofStrings(keys)).stream()
                    .flatMap(Optional::stream)
                    .flatMap(text -> parsed(text).stream())
                    .filter(head -> isShown(head) && rows.hasChunks(head))
                    .forEach(heads::add);
        }
        heads.sort(Comparator.comparing(head -> head.key().text()));
        return heads;
    }

    void count(boolean isHit) {
        (isHit ? hits : misses).incrementAndGet();
    }

    long usedBytes() {
        return room.usedBytes();
    }

    TensorCacheStats stats() {
        return new TensorCacheStats(
                hits.get(), misses.get(), damaged.get(), stored.get(), refused.get());
    }
}
