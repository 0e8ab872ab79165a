package io.github.djlcachex.internal.segment;

import io.github.djlcachex.internal.io.Mappings;
import io.github.djlcachex.internal.io.ReadableFile;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/** The bytes of an open segment file, through a mapping or by positional reads. */
abstract sealed class RowAccess {

    /** By positional reads also where a mapping is asked for and refused. */
    static RowAccess of(ReadableFile file, long fileBytes, boolean mapping) {
        boolean wanted = mapping && fileBytes <= Integer.MAX_VALUE;
        ByteBuffer map = wanted ? Mappings.OF_PROCESS.map(file, 0, fileBytes) : null;
        return map == null
                ? new PositionalAccess(file)
                : new MappedAccess(map.order(ByteOrder.LITTLE_ENDIAN));
    }

    /** By positional reads of large pieces, for one thread that reads the file once. */
    static RowAccess inPieces(ReadableFile file, long fileBytes, int streams) {
        return new PiecewiseAccess(file, fileBytes, streams);
    }

    /** Copies bytes at an offset in the file to an index of the target. */
    abstract void copy(long offset, ByteBuffer target, int index, int bytes) throws IOException;

    /** Returns the little-endian integer at an offset in the file. */
    abstract int getInt(long offset) throws IOException;

    /** Returns the little-endian long at an offset in the file. */
    abstract long getLong(long offset) throws IOException;

    /** Reads a byte at an offset of a mapped file, so that the processor has it soon. */
    abstract long prefetch(long offset);

    abstract boolean mapped();

    abstract void close() throws IOException;

    /**
     * A mapping of the whole file. A truncated file shows as an InternalError, on Java 17 sometimes
     * later and in other code of the thread, or as zeros: the caller checks each copy.
     */
    private static final class MappedAccess extends RowAccess {
        private final ByteBuffer map;

        MappedAccess(ByteBuffer map) {
            this.map = map;
        }

        @Override
        void copy(long offset, ByteBuffer target, int index, int bytes) {
            target.put(index, map, (int) offset, bytes);
        }

        @Override
        int getInt(long offset) {
            return map.getInt((int) offset);
        }

        @Override
        long getLong(long offset) {
            return map.getLong((int) offset);
        }

        @Override
        long prefetch(long offset) {
            return map.get((int) offset);
        }

        @Override
        boolean mapped() {
            return true;
        }

        @Override
        void close() {}
    }

    private static final class PositionalAccess extends RowAccess {
        private final ReadableFile file;

        PositionalAccess(ReadableFile file) {
            this.file = file;
        }

        @Override
        void copy(long offset, ByteBuffer target, int index, int bytes) throws IOException {
            file.readFully(target.slice(index, bytes), offset);
        }

        @Override
        int getInt(long offset) throws IOException {
            return read(offset, Integer.BYTES).getInt(0);
        }

        @Override
        long getLong(long offset) throws IOException {
            return read(offset, Long.BYTES).getLong(0);
        }

        private ByteBuffer read(long offset, int bytes) throws IOException {
            ByteBuffer read = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
            file.readFully(read, offset);
            return read;
        }

        @Override
        long prefetch(long offset) {
            return 0; // it would be read from the file once more
        }

        @Override
        boolean mapped() {
            return false;
        }

        @Override
        void close() throws IOException {
            file.close();
        }
    }

    /**
     * The pieces of a file that were read last: of each column, and of what else is read in the
     * order of the rows, the one that is read now.
     */
    private static final class PiecewiseAccess extends RowAccess {
        private static final int PIECE_BYTES = 64 << 10;

        private final ReadableFile file;
        private final long fileBytes;
        private final Map<Long, ByteBuffer> pieces;
        private final ByteBuffer number = littleEndian(Long.BYTES);

        PiecewiseAccess(ReadableFile file, long fileBytes, int streams) {
            this.file = file;
            this.fileBytes = fileBytes;
            this.pieces =
                    new LinkedHashMap<>(2 * streams, 0.75f, true) {
                        private static final long serialVersionUID = 1L;

                        @Override
                        protected boolean removeEldestEntry(Map.Entry<Long, ByteBuffer> eldest) {
                            return size() > streams;
                        }
                    };
        }

        private static ByteBuffer littleEndian(int bytes) {
            return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        }

        @Override
        void copy(long offset, ByteBuffer target, int index, int bytes) throws IOException {
            if (bytes >= PIECE_BYTES) {
                file.readFully(target.slice(index, bytes), offset);
                return;
            }
            for (int copied = 0; copied < bytes; ) {
                ByteBuffer piece = piece(offset + copied);
                int from = (int) ((offset + copied) % PIECE_BYTES);
                int count = Math.min(bytes - copied, piece.limit() - from);
                target.put(index + copied, piece, from, count);
                copied += count;
            }
        }

        /** Reads what the file has of a piece; an offset behind its end is one of a forged file. */
        private ByteBuffer piece(long offset) throws IOException {
            long number = offset / PIECE_BYTES;
            ByteBuffer piece = pieces.get(number);
            if (piece == null) {
                long from = number * PIECE_BYTES;
                if (offset < 0 || offset >= fileBytes) {
                    throw new EOFException("offset " + offset + " of " + fileBytes);
                }
                piece = ByteBuffer.allocate((int) Math.min(PIECE_BYTES, fileBytes - from));
                file.readFully(piece, from);
                piece.rewind();
                pieces.put(number, piece);
            }
            return piece;
        }

        @Override
        int getInt(long offset) throws IOException {
            copy(offset, number, 0, Integer.BYTES);
            return number.getInt(0);
        }

        @Override
        long getLong(long offset) throws IOException {
            copy(offset, number, 0, Long.BYTES);
            return number.getLong(0);
        }

        @Override
        long prefetch(long offset) {
            return 0;
        }

        @Override
        boolean mapped() {
            return false;
        }

        @Override
        void close() throws IOException {
            file.close();
        }
    }
}
