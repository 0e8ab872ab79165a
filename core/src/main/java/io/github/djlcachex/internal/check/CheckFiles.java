package io.github.djlcachex.internal.check;

import io.github.djlcachex.internal.io.ReadableFile;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.io.WritableFile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * CheckFiles are the files of a check, in a directory of its own.
 *
 * @param storage the storage that is checked
 * @param directory the directory
 */
record CheckFiles(Storage storage, Path directory) {

    Path path(String name) {
        return directory.resolve(name);
    }

    /** Writes a file that holds the pattern, and forces it. */
    Path write(String name, int size, int seed) throws IOException {
        Path file = path(name);
        try (WritableFile out = storage.create(file)) {
            out.writeFully(ByteBuffer.wrap(Pattern.bytes(size, seed)));
            out.force();
        }
        return file;
    }

    byte[] read(Path file) throws IOException {
        try (ReadableFile in = storage.open(file)) {
            byte[] bytes = new byte[Math.toIntExact(in.sizeBytes())];
            in.readFully(ByteBuffer.wrap(bytes), 0);
            return bytes;
        }
    }

    boolean lists(String name) throws IOException {
        return storage.list(directory).contains(name);
    }
}
