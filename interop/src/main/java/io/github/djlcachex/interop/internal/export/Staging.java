package io.github.djlcachex.interop.internal.export;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;

/** A Staging is a directory beside a target, where files are until they are whole. */
final class Staging implements Closeable {

    private final Path directory;
    private final StagingLock lock;
    private boolean isMoved;

    private Staging(Path directory, StagingLock lock) {
        this.directory = directory;
        this.lock = lock;
    }

    /** Makes the directory, in the target's own, so that a rename suffices later. */
    static Staging beside(Path target) throws IOException {
        Path parent = Objects.requireNonNull(target.getParent());
        StagingLock.deleteAbandoned(parent, String.valueOf(target.getFileName()));
        Path directory = parent.resolve("." + target.getFileName() + "." + UUID.randomUUID());
        StagingLock lock = StagingLock.of(directory);
        try {
            return new Staging(Files.createDirectory(directory), lock); // no temporary one: 0700
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    Path directory() {
        return directory;
    }

    private List<Path> files() throws IOException {
        return files(directory);
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> listed = Files.list(directory)) {
            return listed.sorted().toList();
        }
    }

    /** Renames all files whose names start so. */
    void rename(String start, String newStart) throws IOException {
        for (Path file : files()) {
            String name = String.valueOf(file.getFileName());
            if (name.startsWith(start)) {
                Files.move(file, directory.resolve(newStart + name.substring(start.length())));
            }
        }
    }

    /**
     * Moves the files into the target's directory, the target itself last. One that has companions
     * is deleted first: it never stands beside those of another.
     *
     * @param companions what may be there beside the target, and belongs to it
     * @param overwrites whether it may be deleted
     */
    List<Path> moveFiles(Path target, List<Path> companions, boolean overwrites)
            throws IOException {
        List<Path> moved = new ArrayList<>();
        List<Path> files = files();
        for (Path file : files) {
            force(file);
        }
        removeOld(target, companions, overwrites);
        for (Path file : files) {
            Path to = target.resolveSibling(String.valueOf(file.getFileName()));
            if (!to.equals(target)) {
                Files.move(file, to, StandardCopyOption.ATOMIC_MOVE);
                moved.add(to);
            }
        }
        Path last = directory.resolve(String.valueOf(target.getFileName()));
        Files.move(last, target, StandardCopyOption.ATOMIC_MOVE);
        moved.add(target);
        forceDirectory(Objects.requireNonNull(target.getParent()));
        return moved;
    }

    /** An old array beside the ids of a new one would be read as rows that never were. */
    private static void removeOld(Path target, List<Path> companions, boolean overwrites)
            throws IOException {
        for (Path companion : companions) {
            if (!overwrites && Files.exists(companion)) {
                throw new FileAlreadyExistsException(companion.toString());
            }
        }
        if (!companions.isEmpty()) {
            Files.deleteIfExists(target);
            for (Path companion : companions) {
                Files.deleteIfExists(companion);
            }
        }
    }

    /** Makes the directory itself the target. */
    List<Path> moveDirectory(Path target) throws IOException {
        for (Path file : files()) {
            force(file);
        }
        forceDirectory(directory);
        Files.move(directory, target, StandardCopyOption.ATOMIC_MOVE);
        isMoved = true;
        forceDirectory(Objects.requireNonNull(target.getParent()));
        try (Stream<Path> listed = Files.list(target)) {
            return listed.sorted().toList();
        }
    }

    private static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /** Windows has no fsync of directories. */
    private static void forceDirectory(Path directory) throws IOException {
        if (File.separatorChar == '/') {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    /** Deletes a staging directory. */
    static void delete(Path directory) throws IOException {
        for (Path file : files(directory)) {
            Files.deleteIfExists(file);
        }
        Files.deleteIfExists(directory);
    }

    @Override
    public void close() throws IOException {
        try (lock) {
            if (!isMoved) {
                delete(directory);
            }
        }
    }
}
