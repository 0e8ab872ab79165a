package io.github.djlcachex.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The committed segments of a directory as they were when they were first seen. */
public final class SeenFiles {

    /** A file's identity on its filesystem, and its bytes. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Seen(Object fileKey, byte[] bytes) {

        static Seen of(Path file) throws IOException {
            Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
            return new Seen(key, Files.readAllBytes(file));
        }

        boolean same(Seen other) {
            return Objects.equals(fileKey, other.fileKey) && Arrays.equals(bytes, other.bytes);
        }
    }

    private static final int MAX_ATTEMPTS = 100;

    private final Path directory;
    private final Map<Path, Seen> files = new HashMap<>();

    public SeenFiles(Path directory) {
        this.directory = directory;
    }

    /** Remembers the files that are new; returns how many were seen so far. */
    public int look() {
        for (Path file : committed()) {
            files.computeIfAbsent(file, SeenFiles::read);
        }
        return files.size();
    }

    /** A walk fails if a writer renames a temporary file under it. */
    private List<Path> committed() {
        for (int attempt = 0; ; attempt++) {
            try {
                return TestFiles.below(directory, ".arrow");
            } catch (UncheckedIOException e) {
                if (!(e.getCause() instanceof NoSuchFileException) || attempt == MAX_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** The files that are gone, or are another file, or have other bytes. */
    public List<Path> changed() {
        List<Path> changed = new ArrayList<>();
        files.forEach(
                (file, seen) -> {
                    if (!Files.exists(file) || !seen.same(read(file))) {
                        changed.add(file);
                    }
                });
        return changed;
    }

    private static Seen read(Path file) {
        try {
            return Seen.of(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
