package io.github.djlcachex.tensor;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.SegmentInfo;
import io.github.djlcachex.djl.internal.Figures;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Room says, before anything is stored, what has no place for an entry. */
final class Room {

    private static final Logger logger = LoggerFactory.getLogger(TensorCache.class);

    private final FeatureCache cache;
    private final long maxBytes;
    private final LongSupplier freeMemory;
    private final LongSupplier freeDisk;
    private final AtomicLong reserved = new AtomicLong();

    Room(
            FeatureCache cache,
            long maxBytes,
            @Nullable LongSupplier freeMemory,
            @Nullable LongSupplier freeDisk) {
        this.cache = cache;
        this.maxBytes = maxBytes;
        this.freeMemory = freeMemory == null ? Room::freeHeap : freeMemory;
        this.freeDisk = freeDisk == null ? () -> freeDisk(cache.directory()) : freeDisk;
    }

    /** Returns the heap that is free, now or after the last garbage collection. */
    private static long freeHeap() {
        Runtime runtime = Runtime.getRuntime();
        long used = runtime.totalMemory() - runtime.freeMemory();
        return runtime.maxMemory() - Math.min(used, usedAfterCollection(used));
    }

    private static long usedAfterCollection(long used) {
        long live = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            MemoryUsage usage = pool.getCollectionUsage();
            live += pool.getType() == MemoryType.HEAP && usage != null ? usage.getUsed() : 0;
        }
        return live == 0 ? used : live;
    }

    /** Returns the room on the disk, or the largest number if the system does not tell it. */
    private static long freeDisk(Path directory) {
        try {
            long bytes = Files.getFileStore(directory).getUsableSpace();
            return bytes > 0 ? bytes : Long.MAX_VALUE;
        } catch (IOException e) {
            logger.debug("the room on the disk cannot be told", e);
            return Long.MAX_VALUE;
        }
    }

    /**
     * Reserves room for an entry, or says why there is none.
     *
     * @param memory the heap that making the entry ready needs
     */
    synchronized @Nullable TensorPut reserve(TensorKey key, long bytes, long memory) {
        long used = usedBytes() + reserved.get();
        TensorPut refused = null;
        if (bytes > maxBytes - used) {
            refused = refused(PutOutcome.CACHE_FULL, key, bytes, maxBytes - used, "below maxBytes");
        } else if (bytes > freeDisk.getAsLong() - reserved.get()) {
            refused =
                    refused(PutOutcome.DISK_FULL, key, bytes, freeDisk.getAsLong(), "on the disk");
        } else if (memory > freeMemory.getAsLong()) {
            refused = refused(PutOutcome.NO_MEMORY, key, memory, freeMemory.getAsLong(), "of heap");
        } else {
            reserved.addAndGet(bytes);
        }
        return refused;
    }

    void release(long bytes) {
        reserved.addAndGet(-bytes);
    }

    /** Returns what the rows take, those of removed and replaced entries too. */
    long usedBytes() {
        long files = cache.segments().stream().mapToLong(SegmentInfo::bytes).sum();
        return files + cache.stats().pendingBytes();
    }

    private static TensorPut refused(
            PutOutcome outcome, TensorKey key, long needed, long free, String where) {
        return TensorPut.refused(
                outcome,
                Problem.of(
                        "entry " + key,
                        Figures.bytes(needed) + " " + where,
                        Figures.bytes(Math.max(0, free)),
                        "make room, or put less"));
    }
}
