package io.github.djlcachex.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A filesystem in memory, with a size of its own, for as long as a test needs it. */
public final class Tmpfs implements AutoCloseable {

    private final Path directory;

    private Tmpfs(Path directory) {
        this.directory = directory;
    }

    /** Mounts one with options such as {@code size=64k} on a new directory. */
    public static Tmpfs mount(Path parent, String options)
            throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory(parent, "tmpfs");
        Root.run("mount", "-t", "tmpfs", "-o", options, "tmpfs", directory.toString());
        return new Tmpfs(directory);
    }

    /** The directory that it is mounted on. */
    public Path directory() {
        return directory;
    }

    /** Changes its options, such as {@code size=1m} or {@code ro}. */
    public void remount(String options) throws IOException, InterruptedException {
        Root.run("mount", "-o", "remount," + options, directory.toString());
    }

    /** What is still mapped keeps it in use: then it goes when the mapping goes. */
    @Override
    public void close() throws IOException {
        try {
            Root.run("umount", "--lazy", directory.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while unmounting " + directory, e);
        }
    }
}
