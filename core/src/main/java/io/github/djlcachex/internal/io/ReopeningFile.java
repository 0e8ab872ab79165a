package io.github.djlcachex.internal.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * A readable file whose channel is opened again when an interrupt closed it.
 *
 * <p>Java closes a channel when a thread that reads it is interrupted, and with it every other
 * thread's reads. A segment stays open for as long as the cache does, so one interrupted training
 * thread must not take it from the others.
 */
final class ReopeningFile implements ReadableFile {

    private final Path file;
    private volatile FileChannel channel;
    private volatile boolean closed;

    ReopeningFile(Path file) throws IOException {
        this.file = file;
        this.channel = FileStorage.openRegular(file);
    }

    @Override
    public long sizeBytes() throws IOException {
        return withChannel(FileChannel::size);
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        int start = target.position();
        return withChannel(
                open -> {
                    target.position(start); // an interrupted read may have moved it
                    return open.read(target, position);
                });
    }

    @Override
    public ByteBuffer map(long position, long sizeBytes) throws IOException {
        return withChannel(open -> open.map(FileChannel.MapMode.READ_ONLY, position, sizeBytes));
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        channel.close();
    }

    private interface Operation<T> {
        T on(FileChannel channel) throws IOException;
    }

    private <T> T withChannel(Operation<T> operation) throws IOException {
        return Interrupts.shield(
                () -> {
                    while (true) {
                        FileChannel open = channel;
                        try {
                            return operation.on(open);
                        } catch (ClosedByInterruptException e) {
                            throw e; // this thread's own interrupt: the shield takes it and returns
                        } catch (ClosedChannelException e) {
                            reopen(open, e);
                        }
                    }
                });
    }

    private synchronized void reopen(FileChannel seen, ClosedChannelException cause)
            throws IOException {
        if (closed) {
            throw cause;
        }
        if (channel == seen || !channel.isOpen()) {
            channel = FileStorage.openRegular(file);
        }
    }
}
