package io.github.djlcachex.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What the operating system keeps of files in memory. */
final class PageCache {

    private PageCache() {}

    /** Whether pages can be dropped here. */
    static boolean canDrop() {
        return Files.isExecutable(Path.of("/bin/dd"));
    }

    /** Drops the pages of all files below a directory that no process has mapped. */
    static void drop(Path directory) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(directory)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            dropFile(file);
        }
    }

    /** Java has no posix_fadvise: dd calls it for a file that it writes nothing to. */
    private static void dropFile(Path file) throws IOException {
        Process dd =
                new ProcessBuilder(
                                "dd",
                                "of=" + file,
                                "oflag=nocache",
                                "conv=notrunc,fdatasync",
                                "count=0",
                                "status=none")
                        .redirectErrorStream(true)
                        .start();
        try {
            if (dd.waitFor() != 0) {
                throw new IOException(new String(dd.getInputStream().readAllBytes(), UTF_8));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
