package io.github.djlcachex.internal.io;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

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
    private @Nullable Forcing forcing;

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
        boolean idle = forcing == null || forcing.forced;
        if (idle && unforcedBytes >= FORCED_BYTES) {
            unforcedBytes = 0;
            startForcing();
        }
    }

    private void startForcing() {
        try {
            Forcing started = new Forcing();
            started.thread.setDaemon(true);
            started.thread.start();
            forcing = started;
        } catch (OutOfMemoryError e) { // what Java throws where a process may have no more threads
            logger.debug("cannot start a thread; all is forced at the end", e);
        }
    }

    @Override
    public void force() throws IOException {
        if (forcing != null) {
            forcing.await();
        }
        channel.force(true);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** One fsync. It is over when its thread has ended, for whatever reason. */
    private final class Forcing implements Runnable {
        private final Thread thread = new Thread(this, "djlcachex-force");
        private volatile boolean forced;
        private volatile @Nullable Throwable failure;

        @Override
        public void run() {
            try {
                channel.force(false);
                forced = true;
            } catch (Throwable e) {
                failure = e;
            }
        }

        void await() throws IOException {
            Uninterruptibles.join(thread, Long.MAX_VALUE);
            if (!forced) {
                throw new IOException("what was written before could not be forced", failure);
            }
        }
    }
}
