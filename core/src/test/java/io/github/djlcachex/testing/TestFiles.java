package io.github.djlcachex.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Finding and spoiling the files of a cache directory. */
public final class TestFiles {

    private TestFiles() {}

    /** The regular files below a directory whose names end so, sorted. */
    public static List<Path> below(Path directory, String suffix) {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Copies the regular files below a directory to the same places below another. */
    public static void copyAll(Path from, Path to) throws IOException {
        for (Path file : below(from, "")) {
            Path copy = to.resolve(from.relativize(file).toString());
            Files.createDirectories(copy.getParent());
            Files.copy(file, copy);
        }
    }

    /** The one file below a directory whose name ends so. */
    public static Path only(Path directory, String suffix) {
        List<Path> files = below(directory, suffix);
        if (files.size() != 1) {
            throw new AssertionError("expected one " + suffix + ", found " + files);
        }
        return files.get(0);
    }

    /** Changes bytes of a file in place, so that open mappings see it. */
    public static void overwrite(Path file, long offset, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer source = ByteBuffer.wrap(bytes);
            while (source.hasRemaining()) {
                channel.write(source, offset + source.position());
            }
        }
    }

    /** Cuts a file in place. */
    public static void truncate(Path file, long bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(bytes);
        }
    }

    /** The offset of some bytes in a file, or -1. */
    public static int indexOf(byte[] file, byte[] wanted) {
        for (int i = 0; i + wanted.length <= file.length; i++) {
            if (ByteBuffer.wrap(file, i, wanted.length).equals(ByteBuffer.wrap(wanted))) {
                return i;
            }
        }
        return -1;
    }

    /** Deletes a directory and all that is in it. */
    public static void deleteAll(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
