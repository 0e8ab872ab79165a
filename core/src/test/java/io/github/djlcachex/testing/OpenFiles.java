package io.github.djlcachex.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files that this process has open, where the system tells. */
public final class OpenFiles {

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private OpenFiles() {}

    /** Those below a directory, once for each time that they are open. */
    public static List<String> below(Path directory) throws IOException {
        if (!Files.isDirectory(DESCRIPTORS)) {
            return List.of();
        }
        try (Stream<Path> links = Files.list(DESCRIPTORS)) {
            return links.map(OpenFiles::target)
                    .filter(target -> target.startsWith(directory.toString()))
                    .toList();
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return ""; // closed meanwhile, such as the listing's own
        }
    }
}
