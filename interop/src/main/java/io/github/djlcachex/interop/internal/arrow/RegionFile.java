package io.github.djlcachex.interop.internal.arrow;

import io.github.djlcachex.interop.internal.table.Refusals;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A RegionFile is a file that is read by positions, each read into new memory on the heap. */
final class RegionFile implements Closeable {

    /** The most that is read at once: a row that claims more is refused. */
    private static final int MAX_BYTES = 1 << 30;

    private final Path path;
    private final FileChannel channel;
    private final long size;

    RegionFile(Path path) throws IOException {
        this.path = path;
        this.channel = FileChannel.open(path, StandardOpenOption.READ);
        this.size = channel.size();
    }

    Path path() {
        return path;
    }

    long size() {
        return size;
    }

    /** Reads bytes that the file must have, little-endian. */
    ByteBuffer read(long position, long bytes) throws IOException {
        if (position < 0 || bytes < 0 || bytes > size - position) {
            throw Refusals.corrupt(
                    path, (position + bytes) + " bytes at least", size + " bytes: it is cut off");
        }
        if (bytes > MAX_BYTES) {
            throw Refusals.unsupported(
                    path,
                    "rows of at most " + MAX_BYTES + " bytes",
                    bytes + " bytes",
                    "split the rows or their record batches");
        }
        ByteBuffer buffer = ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                throw Refusals.corrupt(path, size + " bytes", "fewer: it became shorter");
            }
        }
        return buffer.rewind();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
