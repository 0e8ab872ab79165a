package io.github.djlcachex.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What writers said is on disk, kept by the test on a filesystem that is not under test.
 *
 * <p>Writers store keys in ascending order from 0, so that a number tells which ones.
 */
public final class Acknowledged implements AutoCloseable {

    private static final Path MEMORY = Path.of("/dev/shm");

    private final Path file;
    private final FileChannel channel;

    /** Begins a record; in memory, where the system has such a filesystem. */
    public Acknowledged() throws IOException {
        file =
                Files.isWritable(MEMORY)
                        ? Files.createTempFile(MEMORY, "acknowledged", ".txt")
                        : Files.createTempFile("acknowledged", ".txt");
        channel = FileChannel.open(file, StandardOpenOption.APPEND);
    }

    /** Records that the keys under a number are on disk, in one series of keys. */
    public synchronized void record(String series, long to) throws IOException {
        ByteBuffer line =
                ByteBuffer.wrap((series + " " + to + "\n").getBytes(StandardCharsets.UTF_8));
        while (line.hasRemaining()) {
            channel.write(line);
        }
        channel.force(true);
    }

    /** Reads how many keys of a series are on disk. */
    public synchronized long of(String series) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(series + " "))
                .mapToLong(WatchedJvm::number)
                .max()
                .orElse(0);
    }

    @Override
    public void close() throws IOException {
        channel.close();
        Files.delete(file);
    }
}
