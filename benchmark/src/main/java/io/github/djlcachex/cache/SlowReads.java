package io.github.djlcachex.cache;

import io.github.djlcachex.internal.io.FileStorage;
import io.github.djlcachex.internal.io.ForwardingStorage;
import io.github.djlcachex.internal.io.ReadableFile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/** The storage of the operating system, but that each read takes as long as from another host. */
public final class SlowReads extends ForwardingStorage {

    private final long delayNanos;

    private SlowReads(long delayNanos) {
        super(new FileStorage());
        this.delayNanos = delayNanos;
    }

    /**
     * Slows the reads of a cache that is opened.
     *
     * @param builder what opens it
     * @param delayNanos what a read takes at least
     * @return the builder
     */
    public static FeatureCacheBuilder of(FeatureCacheBuilder builder, long delayNanos) {
        return builder.storage(new SlowReads(delayNanos));
    }

    private record SlowFile(ReadableFile file, long delayNanos) implements ReadableFile {

        @Override
        public long sizeBytes() throws IOException {
            return file.sizeBytes();
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            LockSupport.parkNanos(delayNanos);
            return file.read(target, position);
        }

        @Override
        public ByteBuffer map(long position, long sizeBytes) throws IOException {
            return file.map(position, sizeBytes);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    @Override
    public ReadableFile open(Path file) throws IOException {
        return new SlowFile(super.open(file), delayNanos);
    }
}
