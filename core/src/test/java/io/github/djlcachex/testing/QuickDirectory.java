package io.github.djlcachex.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A temporary directory in memory where the system has that, so that forcing costs nothing. */
public final class QuickDirectory implements AutoCloseable {

    private static final Path MEMORY = Path.of("/dev/shm");

    private final Path path;

    public QuickDirectory() throws IOException {
        path =
                Files.isWritable(MEMORY)
                        ? Files.createTempDirectory(MEMORY, "djlcachex")
                        : Files.createTempDirectory("djlcachex");
    }

    /** The kind of filesystem that it is on. */
    public static String filesystem() throws IOException {
        try (QuickDirectory directory = new QuickDirectory()) {
            return Files.getFileStore(directory.path).type();
        }
    }

    public Path path() {
        return path;
    }

    @Override
    public void close() {
        TestFiles.deleteAll(path);
    }
}
