package io.github.djlcachex.arrow;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.SegmentInfo;
import io.github.djlcachex.internal.segment.SegmentMetadata;
import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.RowSchema;

import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * The committed segments of a cache, one after the other, each as a {@link VectorSchemaRoot}.
 *
 * <pre>{@code
 * try (ArrowSegments segments = ArrowSegments.open(cache)) {
 *     while (segments.next()) {
 *         VectorSchemaRoot root = segments.root();
 *     }
 * }
 * }</pre>
 *
 * <p>The vectors are {@code id} (BigInt or VarChar), one {@link FixedShapeTensorVector} a column,
 * and {@code crc32c}. A variable column of tensors is a struct of the lists {@code data} and {@code
 * shape}, one of texts or blobs a VarChar or VarBinary vector. A column that is stored in another
 * precision is what is stored. A key may occur in two segments, with equal rows. Every row is
 * checked before its root is handed out. A root is valid until the next call of {@link #next} or
 * {@link #close}. Rows that are not flushed are not in it. Not safe for use by several threads.
 */
public final class ArrowSegments implements AutoCloseable {

    private final BufferAllocator allocator;
    private final boolean ownsAllocator;
    private final Iterator<SegmentInfo> rest;
    private @Nullable SegmentInfo current;
    private @Nullable ArrowFileReader reader;

    private ArrowSegments(FeatureCache cache, BufferAllocator allocator, boolean ownsAllocator) {
        this.allocator = allocator;
        this.ownsAllocator = ownsAllocator;
        List<SegmentInfo> segments = cache.segments();
        this.rest = segments.iterator();
    }

    /**
     * Opens the segments with an allocator of their own.
     *
     * @param cache the cache; it may be closed while the segments are read
     * @return the segments, to be closed by the caller
     * @throws ArrowFlagsException if this JVM lacks the flags that Arrow's memory needs; the
     *     message names them
     * @throws ArrowMemoryException if the libraries on the path give Arrow no memory that works
     */
    public static ArrowSegments open(FeatureCache cache) {
        FixedShapeTensorType.register();
        return new ArrowSegments(cache, ArrowMemory.rootAllocator(), true);
    }

    /**
     * Opens the segments with the caller's allocator.
     *
     * @param cache the cache; it may be closed while the segments are read
     * @param allocator the allocator, not closed here
     * @return the segments, to be closed by the caller
     * @throws ArrowFlagsException if this JVM lacks the flags that Arrow's memory needs; the
     *     message names them
     * @throws ArrowMemoryException if the libraries on the path give Arrow no memory that works
     */
    public static ArrowSegments open(FeatureCache cache, BufferAllocator allocator) {
        FixedShapeTensorType.register();
        ArrowMemory.probe(allocator);
        return new ArrowSegments(cache, allocator, false);
    }

    /**
     * Loads the next segment.
     *
     * @return false if there is none
     * @throws CorruptFileException if the file or a row is not what was written; the next call goes
     *     on with the next segment
     * @throws CacheIoException if the file cannot be read
     */
    public boolean next() {
        closeReader();
        if (!rest.hasNext()) {
            current = null;
            return false;
        }
        SegmentInfo segment = rest.next();
        current = segment;
        try {
            load(segment);
            return true;
        } catch (IOException e) {
            throw new CacheIoException(
                    Problem.of(
                            segment.file().toString(),
                            "a readable Arrow file",
                            e.toString(),
                            "check the filesystem and the permissions",
                            e));
        }
    }

    /** Arrow's reader believes what a file says of itself: that is proven before. */
    private void load(SegmentInfo segment) throws IOException {
        RowSchema schema = SegmentMetadata.prove(segment.file());
        try {
            loadBatch(segment, schema);
        } catch (CacheException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new CorruptFileException(
                    Problem.of(
                            segment.file().toString(),
                            "an Arrow file as it was written",
                            e.toString(),
                            "it was changed while it was read: call FeatureCache.verify",
                            e));
        }
    }

    private void loadBatch(SegmentInfo segment, RowSchema schema) throws IOException {
        ArrowFileReader opened =
                new ArrowFileReader(
                        FileChannel.open(
                                segment.file(), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS),
                        allocator);
        reader = opened;
        if (!opened.loadNextBatch()) {
            throw new IOException("no record batch in it");
        }
        RootCheck.check(opened.getVectorSchemaRoot(), schema, segment);
    }

    /**
     * Returns the vectors of the present segment.
     *
     * @return the root, owned by this object
     * @throws NoSuchElementException if {@link #next} did not return true
     */
    public VectorSchemaRoot root() {
        try {
            if (reader == null) {
                throw new NoSuchElementException("call next() first, while it returns true");
            }
            return reader.getVectorSchemaRoot();
        } catch (IOException e) {
            throw new IllegalStateException("the root was loaded by next()", e);
        }
    }

    /**
     * Returns the present segment.
     *
     * @return the segment
     * @throws NoSuchElementException if {@link #next} did not return true
     */
    public SegmentInfo segment() {
        if (current == null) {
            throw new NoSuchElementException("call next() first, while it returns true");
        }
        return current;
    }

    private void closeReader() {
        ArrowFileReader open = reader;
        reader = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                throw new CacheIoException(
                        Problem.of(
                                "Arrow reader",
                                "a file that can be closed",
                                e.toString(),
                                "go on",
                                e));
            }
        }
    }

    @Override
    public void close() {
        closeReader();
        if (ownsAllocator) {
            allocator.close();
        }
    }
}
