package io.github.djlcachex.testing;

import io.github.djlcachex.internal.io.ReadableFile;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.io.WritableFile;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** A storage on the heap, for tests that open it a million times or feed it hostile bytes. */
public final class HeapStorage implements Storage {

    private final Map<Path, byte[]> files = new TreeMap<>();

    /** Puts a file there, or in the place of another. */
    public synchronized void put(Path file, byte[] bytes) {
        files.put(file, bytes);
    }

    /** The bytes of a file. */
    public synchronized byte[] get(Path file) throws NoSuchFileException {
        byte[] bytes = files.get(file);
        if (bytes == null) {
            throw new NoSuchFileException(file.toString());
        }
        return bytes;
    }

    /** Some bytes as an open file. */
    public static ReadableFile readable(byte[] bytes) {
        return new HeapFile(bytes);
    }

    @Override
    public synchronized WritableFile create(Path file) throws IOException {
        if (files.putIfAbsent(file, new byte[0]) != null) {
            throw new FileAlreadyExistsException(file.toString());
        }
        return new Written(file);
    }

    @Override
    public ReadableFile open(Path file) throws IOException {
        return readable(get(file));
    }

    @Override
    public synchronized void rename(Path from, Path to) throws IOException {
        byte[] bytes = get(from);
        files.remove(from);
        files.put(to, bytes);
    }

    @Override
    public synchronized void link(Path existing, Path link) throws IOException {
        if (files.putIfAbsent(link, get(existing)) != null) {
            throw new FileAlreadyExistsException(link.toString());
        }
    }

    @Override
    public synchronized void delete(Path file) throws IOException {
        get(file);
        files.remove(file);
    }

    @Override
    public synchronized List<String> list(Path directory) {
        return files.keySet().stream()
                .filter(file -> directory.equals(file.getParent()))
                .map(file -> String.valueOf(file.getFileName()))
                .toList();
    }

    @Override
    public boolean createDirectory(Path directory) {
        return true;
    }

    @Override
    public void forceDirectory(Path directory) {}

    @Override
    public long lastModifiedMs(Path file) {
        return 0;
    }

    @Override
    public boolean isNetworkFilesystem(Path directory) {
        return false;
    }

    /** A file that is being written; it has its bytes once it is closed. */
    private final class Written implements WritableFile {
        private final Path file;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Written(Path file) {
            this.file = file;
        }

        @Override
        public int write(ByteBuffer source) {
            byte[] part = new byte[source.remaining()];
            source.get(part);
            bytes.writeBytes(part);
            return part.length;
        }

        @Override
        public void force() {
            put(file, bytes.toByteArray());
        }

        @Override
        public void close() {
            put(file, bytes.toByteArray());
        }
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record HeapFile(byte[] bytes) implements ReadableFile {
        @Override
        public long sizeBytes() {
            return bytes.length;
        }

        @Override
        public int read(ByteBuffer target, long position) {
            if (position >= bytes.length) {
                return -1;
            }
            int from = Math.toIntExact(Objects.checkIndex(position, bytes.length));
            int count = Math.min(target.remaining(), bytes.length - from);
            target.put(bytes, from, count);
            return count;
        }

        @Override
        public ByteBuffer map(long position, long sizeBytes) {
            return ByteBuffer.wrap(bytes, (int) position, Math.toIntExact(sizeBytes))
                    .slice()
                    .asReadOnlyBuffer();
        }

        @Override
        public void close() {}
    }
}
