package io.github.djlcachex.djl;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.djl.internal.Figures;
import io.github.djlcachex.djl.internal.Loggers;
import io.github.djlcachex.row.CacheClosedException;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.RowShapes;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.OptionalLong;

/**
 * WarmupDisk has what a warm-up computes written while it goes on, and ends it if the disk cannot
 * take it. It is for one thread.
 */
final class WarmupDisk implements AutoCloseable {

    /** The checksum of a row, and its share of a file's metadata. */
    private static final int EXTRA_ROW_BYTES = 8;

    private final Warmup options;
    private @Nullable FeatureCache last;
    private long flushedNanos;
    private long lostBefore;
    private boolean estimated;

    WarmupDisk(Warmup options) {
        this.options = options;
    }

    void begin(FeatureCache cache) {
        last = cache;
        lostBefore = cache.stats().lostRows();
        flushedNanos = options.nanoClock.getAsLong();
    }

    /**
     * Looks after the disk when a batch was computed.
     *
     * @param left how many rows are still to come
     * @param keys the ids of some rows
     * @throws CacheIoException if the disk has no room for the others, or did not take these
     */
    void afterBatch(FeatureCache cache, long left, Keys keys) {
        last = cache;
        estimate(cache, left, keys);
        long now = options.nanoClock.getAsLong();
        if (now - flushedNanos >= options.flushInterval.toNanos()) {
            flushedNanos = now;
            cache.startFlush();
        }
        checkWritten(cache);
    }

    /** Compares what the other rows take with the room there is, once a row is known. */
    private void estimate(FeatureCache cache, long left, Keys keys) {
        long storedBytes = cache.storedRowBytes();
        if (estimated || storedBytes == 0 || keys.size() == 0) {
            return;
        }
        estimated = true;
        long rowBytes =
                storedBytes
                        + variableBytes(cache, keys) / keys.size()
                        + bytesOf(keys) / keys.size()
                        + EXTRA_ROW_BYTES;
        long needed = left * rowBytes;
        OptionalLong free = free(cache);
        if (free.isPresent() && free.getAsLong() < needed) {
            throw new CacheIoException(
                    Problem.of(
                            "disk of " + cache.directory(),
                            Figures.bytes(needed)
                                    + " for "
                                    + left
                                    + " rows of "
                                    + Figures.bytes(rowBytes),
                            Figures.bytes(free.getAsLong()) + " free",
                            "free space, take another directory, or warm up a part of the"
                                    + " dataset"));
        }
    }

    /** Returns what rows that differ in length take of the columns in which they do. */
    private static long variableBytes(FeatureCache cache, Keys keys) {
        if (cache.schema().filter(RowSchema::isVariable).isEmpty()) {
            return 0;
        }
        RowShapes shapes = cache.shapes(keys).orElse(null);
        List<Column> columns = shapes == null ? List.of() : shapes.schema().columns();
        long bytes = 0;
        for (int c = 0; shapes != null && c < columns.size(); c++) {
            bytes += columns.get(c).isVariable() ? shapes.columnBytes(c) : 0;
        }
        return bytes;
    }

    private static long bytesOf(Keys keys) {
        long bytes = 0;
        for (int i = 0; i < keys.size(); i++) {
            bytes +=
                    keys.getObject(i) instanceof String id
                            ? id.getBytes(StandardCharsets.UTF_8).length + Integer.BYTES
                            : Long.BYTES;
        }
        return bytes;
    }

    /** Returns the room on the disk, or nothing if the system does not tell it. */
    private OptionalLong free(FeatureCache cache) {
        if (options.freeBytes != null) {
            return OptionalLong.of(options.freeBytes.getAsLong());
        }
        try {
            long bytes = Files.getFileStore(cache.directory()).getUsableSpace();
            return bytes > 0 ? OptionalLong.of(bytes) : OptionalLong.empty();
        } catch (IOException e) {
            Loggers.WARMUP.debug("the room on the disk cannot be told", e);
            return OptionalLong.empty();
        }
    }

    private void checkWritten(FeatureCache cache) {
        long lost = cache.stats().lostRows() - lostBefore;
        if (lost > 0) {
            throw new CacheIoException(
                    Problem.of(
                            "warm-up into " + cache.directory(),
                            "rows that can be written",
                            lost + " that could not be",
                            "see the log for the reason, then run it again: it computes what is"
                                    + " missing"));
        }
    }

    private static void flush(FeatureCache cache) {
        try {
            cache.flush();
        } catch (CacheClosedException e) {
            Loggers.WARMUP.debug("the cache was closed, which flushes too", e);
        }
    }

    /**
     * Waits until everything is on disk.
     *
     * @throws CacheIoException if something is not
     */
    void finish(FeatureCache cache) {
        flush(cache);
        checkWritten(cache);
    }

    /** Writes what was computed, also if the job failed. */
    @Override
    public void close() {
        if (last != null) {
            flush(last);
        }
    }
}
