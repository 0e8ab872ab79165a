package io.github.djlcachex.internal.store;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.atomic.AtomicLong;

/** DiskUse sums the sizes of files. */
public final class DiskUse {

    private DiskUse() {}

    /** Returns the size of the files below a directory, 0 if there is none. Follows no links. */
    public static long of(Path directory) throws IOException {
        AtomicLong bytes = new AtomicLong();
        if (Files.isDirectory(directory)) {
            Files.walkFileTree(directory, new Sum(bytes));
        }
        return bytes.get();
    }

    private static final class Sum extends SimpleFileVisitor<Path> {

        private final AtomicLong bytes;

        Sum(AtomicLong bytes) {
            this.bytes = bytes;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            bytes.addAndGet(attributes.isRegularFile() ? attributes.size() : 0);
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
    }
}
