package io.github.djlcachex.internal.segment;

import io.github.djlcachex.internal.io.Mappings;
import io.github.djlcachex.internal.io.ReadableFile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

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
}
