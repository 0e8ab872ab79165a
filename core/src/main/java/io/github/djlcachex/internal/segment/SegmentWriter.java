package io.github.djlcachex.internal.segment;

import io.github.djlcachex.internal.io.Crc32c;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.io.WritableFile;
import io.github.djlcachex.row.ColumnKind;
import io.github.djlcachex.row.KeyType;

import org.apache.arrow.vector.types.pojo.Schema;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Writes a sealed segment to a new file and commits it.
 *
 * <p>Commit order: write the temporary file, force it, rename it atomically to its name, force the
 * directory. Only then is it acknowledged. After any failure what was written is removed and the
 * name is given up: a failed fsync may have thrown the pages away, so that a second one on the same
 * file proves nothing.
 */
public final class SegmentWriter {

    private static final ByteBuffer PADDING = ByteBuffer.allocate(64).asReadOnlyBuffer();

    private static final ByteBuffer FIRST_BOUNDARY = PADDING.slice(0, Integer.BYTES);

    /**
     * A segment that is on disk.
     *
     * @param path its file
     * @param proof what proves that a file is this one
     * @param fileBytes the size of the file
     */
    public record Committed(Path path, SegmentProof proof, long fileBytes) {}

    private final Storage storage;
    private final Path directory;
    private final boolean force;

    /**
     * Creates a writer.
     *
     * @param storage the storage
     * @param directory the segments directory
     * @param force whether files and directory are forced before a commit is acknowledged
     */
    public SegmentWriter(Storage storage, Path directory, boolean force) {
        this.storage = storage;
        this.directory = directory;
        this.force = force;
    }

    /**
     * Writes and commits a segment.
     *
     * @param segment the sealed segment, with at least one row
     * @param name a name that was never used
     * @param committedAtMs the present time in milliseconds since 1970
     * @return the committed file
     * @throws IOException if any step failed; the rows are not on disk
     */
    public Committed commit(OpenSegment segment, SegmentName name, long committedAtMs)
            throws IOException {
        try (SegmentDraft draft = begin(name)) {
            return draft.commit(segment, committedAtMs, Lineage.none(committedAtMs));
        }
    }

    /**
     * Creates the temporary file of a segment, which others see from now on.
     *
     * @param name a name that was never used
     * @return the draft, to be committed or closed
     * @throws IOException if the file cannot be created
     */
    public SegmentDraft begin(SegmentName name) throws IOException {
        try {
            return new SegmentDraft(this, name, storage.create(temporary(name)));
        } catch (Throwable failure) {
            remove(temporary(name), failure);
            throw failure;
        }
    }

    private Path temporary(SegmentName name) {
        return directory.resolve(name.temporaryFile());
    }

    private Path committed(SegmentName name) {
        return directory.resolve(name.committedFile());
    }

    Committed commit(OpenSegment segment, FooterFacts facts, WritableFile file) throws IOException {
        Path temporary = temporary(facts.name());
        Path committed = committed(facts.name());
        try {
            Committed written = write(segment, facts, file, committed);
            storage.rename(temporary, committed);
            if (force) {
                storage.forceDirectory(directory);
            }
            return written;
        } catch (Throwable failure) {
            remove(temporary, failure);
            remove(committed, failure);
            throw failure;
        }
    }

    void discard(SegmentName name) throws IOException {
        storage.deleteIfExists(temporary(name));
    }

    /**
     * A file that cannot be removed is stale for a later opener, or has rows that are duplicates.
     */
    private void remove(Path file, Throwable failure) {
        try {
            storage.deleteIfExists(file);
        } catch (IOException e) {
            if (e != failure) {
                failure.addSuppressed(e);
            }
        }
    }

    private Committed write(
            OpenSegment segment, FooterFacts facts, WritableFile file, Path committed)
            throws IOException {
        try (WritableFile target = file) {
            Schema schema = ArrowSchema.of(segment.contract());
            ByteBuffer schemaMessage = ArrowMessages.schemaMessage(schema);
            ByteBuffer keyBytes = segment.keyBytes();
            LayoutV1 layout = layout(segment, schemaMessage.remaining(), keyBytes.remaining());
            ByteBuffer batchMessage = ArrowMessages.batchMessage(segment.rows(), layout);
            ByteBuffer footer = ArrowMessages.footer(schema, layout, facts.encode());
            ByteBuffer boundaries = boundaries(segment);

            ByteBuffer front = concat(SegmentHeader.magic(), schemaMessage, batchMessage);
            ByteBuffer end =
                    concat(
                            ByteBuffer.allocate(Seal.BYTES),
                            ArrowMessages.endOfStream(),
                            footer,
                            SegmentHeader.tail(footer.remaining()));
            Seal seal =
                    new Seal(
                            segment.rows(),
                            keyBytes.remaining(),
                            schemaMessage.remaining(),
                            batchMessage.remaining(),
                            footer.remaining(),
                            SegmentHeader.metadataCrc(front, end),
                            Crc32c.of(boundaries, keyBytes));
            end.put(0, seal.encode(), 0, Seal.BYTES);

            Sink sink = new Sink(target, force);
            sink.put(front);
            sink.putAt(layout.keyBoundariesOffset(), boundaries);
            sink.putAt(layout.keysOffset(), keyBytes);
            for (int c = 0; c < segment.contract().columns(); c++) {
                writeColumn(sink, segment, layout, c);
            }
            sink.padTo(layout.crcsOffset());
            sink.putAll(segment.crcParts());
            sink.putAt(layout.sealOffset(), end);
            if (force) {
                target.force();
            }
            return new Committed(committed, SegmentProof.of(seal), sink.written);
        }
    }

    private static void writeColumn(Sink sink, OpenSegment segment, LayoutV1 layout, int c)
            throws IOException {
        if (segment.column(c) instanceof HeapColumn fixed) {
            sink.padTo(layout.columnOffset(c));
            sink.putAll(fixed.parts(segment.rows()));
        } else if (segment.column(c) instanceof VariableHeapColumn variable) {
            sink.putAt(layout.boundariesOffset(c), FIRST_BOUNDARY);
            sink.putAll(variable.endParts(segment.rows()));
            sink.padTo(layout.columnOffset(c));
            sink.putAll(variable.valueParts());
            if (segment.contract().schema().columns().get(c).kind() == ColumnKind.TENSOR) {
                sink.padTo(layout.dimensionsOffset(c));
                sink.putAll(variable.dimensionParts(segment.rows()));
            }
        }
    }

    /** The record batch message's size depends on the number of its buffers alone. */
    private static LayoutV1 layout(OpenSegment segment, long schemaBytes, long keyBytes) {
        long[] values = segment.valueCounts();
        LayoutV1 draft =
                new LayoutV1(segment.contract(), segment.rows(), keyBytes, schemaBytes, 0, values);
        long batchBytes = ArrowMessages.batchMessage(segment.rows(), draft).remaining();
        return new LayoutV1(
                segment.contract(), segment.rows(), keyBytes, schemaBytes, batchBytes, values);
    }

    private static ByteBuffer boundaries(OpenSegment segment) {
        return segment.contract().keyType() == KeyType.UTF8
                ? segment.keyBoundaries()
                : ByteBuffer.allocate(0);
    }

    private static ByteBuffer concat(ByteBuffer... parts) {
        int bytes = 0;
        for (ByteBuffer part : parts) {
            bytes += part.remaining();
        }
        ByteBuffer whole = ByteBuffer.allocate(bytes);
        for (ByteBuffer part : parts) {
            whole.put(part.duplicate());
        }
        return whole.rewind();
    }

    /** A file with the count of what was written to it; padded where the layout wants it. */
    private static final class Sink {
        private final WritableFile file;
        private final boolean forced;
        private long written;

        Sink(WritableFile file, boolean forced) {
            this.file = file;
            this.forced = forced;
        }

        void put(ByteBuffer bytes) throws IOException {
            file.writeFully(bytes);
            written += bytes.remaining();
            if (forced) {
                file.forceSoon();
            }
        }

        void putAll(Iterable<ByteBuffer> parts) throws IOException {
            for (ByteBuffer part : parts) {
                put(part);
            }
        }

        void putAt(long offset, ByteBuffer bytes) throws IOException {
            if (bytes.hasRemaining()) {
                padTo(offset);
                put(bytes);
            }
        }

        void padTo(long offset) throws IOException {
            while (written < offset) {
                put(PADDING.slice(0, (int) Math.min(PADDING.capacity(), offset - written)));
            }
        }
    }
}
