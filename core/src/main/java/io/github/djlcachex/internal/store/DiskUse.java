package io.github.djlcachex.internal.store;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;

/** DiskUse walks the files below a directory, of which others may come and go meanwhile. */
public final class DiskUse {

    private DiskUse() {}

    /** Returns the size of the files below a directory, 0 if there is none. Follows no links. */
    public static long of(Path directory) throws IOException {
        AtomicLong bytes = new AtomicLong();
        walk(directory, (file, attributes) -> bytes.addAndGet(bytes(attributes)));
        return bytes.get();
    }

    /**
     * Shows each entry below a directory that is no directory: files, links, and what else there
     * is. Follows no links.
     *
     * @throws IOException if a directory cannot be listed that is there
     */
    static void walk(Path directory, BiConsumer<Path, BasicFileAttributes> visit)
            throws IOException {
        if (Files.isDirectory(directory)) {
            Files.walkFileTree(directory, new Walk(visit));
        }
    }

    /** The bytes that a file counts for: what is no regular file counts as a file of none. */
    static long bytes(BasicFileAttributes attributes) {
        return attributes.isRegularFile() ? attributes.size() : 0;
    }

    private static final class Walk extends SimpleFileVisitor<Path> {

        private final BiConsumer<Path, BasicFileAttributes> visit;

        Walk(BiConsumer<Path, BasicFileAttributes> visit) {
            this.visit = visit;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            visit.accept(file, attributes);
            return FileVisitResult.CONTINUE;
        }

        /** A temporary file is renamed or removed at any moment. */
        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            if (Files.exists(file)) {
                throw failure;
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                throws IOException {
            if (failure != null && !(failure instanceof NoSuchFileException)) {
                throw failure;
            }
            return FileVisitResult.CONTINUE;
        }
    }
}
