package io.github.djlcachex.io;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A file of the operating system that is being written.
 *
 * <p>While more is written, a thread of its own forces what was written before, so that the disk
 * works while the processor copies. A failed fsync may have thrown pages away, and the system
 * reports it once: it is kept for {@link #force}, and none is tried after it.
 */
final class ChannelFile implements WritableFile {

    /** What is worth an fsync of its own: some milliseconds of a fast disk. */
    static final int FORCED_BYTES = 8 << 20;

    private static final Logger logger = LoggerFactory.getLogger(ChannelFile.class);

    private final FileChannel channel;
    private long unforcedBytes;
    private CompletableFuture<Void> forcing = CompletableFuture.completedFuture(null);

    ChannelFile(FileChannel channel) {
        this.channel = channel;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        int written = channel.write(source);
        unforcedBytes += written;
        return written;
    }

    @Override
    public void forceSoon() {
        boolean idle = forcing.isDone() && !forcing.isCompletedExceptionally();
        if (idle && unforcedBytes >= FORCED_BYTES) {
            startForcing();
        }
    }

    private void startForcing() {
        CompletableFuture<Void> started = new CompletableFuture<>();
        Thread thread = new Thread(() -> forceContent(started), "djlcachex-force");
        thread.setDaemon(true);
        unforcedBytes = 0;
        try {
            thread.start();
            forcing = started;
        } catch (OutOfMemoryError e) { // what Java throws where a process may have no more threads
            logger.debug("cannot start a thread; all is forced at the end", e);
        }
    }

    private void forceContent(CompletableFuture<Void> started) {
        try {
            channel.force(false);
            started.complete(null);
        } catch (Throwable e) {
            started.completeExceptionally(e);
        }
    }

    @Override
    public void force() throws IOException {
        try {
            forcing.join();
        } catch (CompletionException e) {
            throw new IOException("what was written before could not be forced", e.getCause());
        }
        channel.force(true);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
