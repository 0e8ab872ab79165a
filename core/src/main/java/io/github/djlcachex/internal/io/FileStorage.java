package io.github.djlcachex.internal.io;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The storage of the operating system, through {@code java.nio}. */
public final class FileStorage implements Storage {

    private static final boolean WINDOWS =
            System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");

    /** Creates the storage; it has no state. */
    public FileStorage() {}

    @Override
    public WritableFile create(Path file) throws IOException {
        return new ChannelFile(
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    }

    @Override
    public ReadableFile open(Path file) throws IOException {
        return new ReopeningFile(file);
    }

    static FileChannel openRegular(Path file) throws IOException {
        // Asked before opening: opening a pipe blocks until somebody writes to it.
        if (!Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isRegularFile()) {
            throw new NotRegularFileException(file);
        }
        return FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void link(Path existing, Path link) throws IOException {
        Files.createLink(link, existing);
    }

    @Override
    public void delete(Path file) throws IOException {
        Files.delete(file);
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    @Override
    public boolean createDirectory(Path directory) throws IOException {
        // Asked first: where nothing may be created, creating what is there may fail otherwise.
        if (Files.isDirectory(directory)) {
            checkWritable(directory);
            return false;
        }
        try {
            Files.createDirectory(directory);
            return true;
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory)) {
                throw e;
            }
            return false;
        } catch (FileSystemException e) {
            throw refused(directory.toAbsolutePath().getParent(), e);
        }
    }

    /** The system's answer may be too strict for capabilities or access lists; a file proves it. */
    private static void checkWritable(Path directory) throws IOException {
        if (!Files.isWritable(directory)) {
            try {
                Files.delete(Files.createTempFile(directory, "writable", ".tmp"));
            } catch (FileSystemException e) {
                throw refused(directory, e);
            }
        }
    }

    /**
     * What the system says of a refusal depends on its reason, such as a filesystem that is mounted
     * read-only, and on the language; that nothing may be written there does not.
     */
    private static FileSystemException refused(
            @Nullable Path directory, FileSystemException failure) {
        if (failure instanceof AccessDeniedException
                || directory == null
                || !Files.exists(directory)
                || Files.isWritable(directory)) {
            return failure;
        }
        AccessDeniedException refused =
                new AccessDeniedException(directory.toString(), null, failure.getReason());
        refused.initCause(failure);
        return refused;
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        if (WINDOWS) {
            return; // a directory cannot be opened there, and renames are journalled
        }
        Interrupts.shield(
                () -> {
                    try (FileChannel channel =
                            FileChannel.open(directory, StandardOpenOption.READ)) {
                        channel.force(true);
                        return true;
                    }
                });
    }

    @Override
    public long lastModifiedMs(Path file) throws IOException {
        return Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toMillis();
    }

    @Override
    public boolean isNetworkFilesystem(Path directory) throws IOException {
        Path existing = nearestExisting(directory.toAbsolutePath());
        return FilesystemTypes.isNetwork(Files.getFileStore(existing).type());
    }

    @Override
    public long usableBytes(Path directory) throws IOException {
        FileStore store = Files.getFileStore(directory);
        boolean tells = store.getTotalSpace() > 0; // some filesystems do not
        return tells ? Math.max(0, store.getUsableSpace()) : Long.MAX_VALUE;
    }

    /**
     * Returns a path, or the nearest of its parents that exists.
     *
     * @param path an absolute path
     * @return the path that exists
     */
    public static Path nearestExisting(Path path) {
        Path existing = path;
        while (existing.getParent() != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        return existing;
    }
}
