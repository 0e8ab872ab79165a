package io.github.djlcachex.cache;

import io.github.djlcachex.internal.io.FileStorage;
import io.github.djlcachex.internal.io.ReadableFile;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.io.WritableFile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** The storage of the operating system, but that each read takes as long as from another host. */
public final class SlowReads implements Storage {

    private final Storage files = new FileStorage();
    private final long delayNanos;

    private SlowReads(long delayNanos) {
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
        return new SlowFile(files.open(file), delayNanos);
    }

    @Override
    public WritableFile create(Path file) throws IOException {
        return files.create(file);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        files.rename(from, to);
    }

    @Override
    public void link(Path existing, Path link) throws IOException {
        files.link(existing, link);
    }

    @Override
    public void delete(Path file) throws IOException {
        files.delete(file);
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        return files.list(directory);
    }

    @Override
    public boolean createDirectory(Path directory) throws IOException {
        return files.createDirectory(directory);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        files.forceDirectory(directory);
    }

    @Override
    public long lastModifiedMs(Path file) throws IOException {
        return files.lastModifiedMs(file);
    }

    @Override
    public boolean isNetworkFilesystem(Path directory) throws IOException {
        return files.isNetworkFilesystem(directory);
    }
}
