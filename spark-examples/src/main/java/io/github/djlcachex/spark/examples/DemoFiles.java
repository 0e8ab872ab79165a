package io.github.djlcachex.spark.examples;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** DemoFiles are the files of the example, which are in its jar. */
final class DemoFiles {

    private DemoFiles() {}

    /** Returns a copy of a file in a directory, which is made if it is not there. */
    static Path copy(String name, Path directory) throws IOException {
        Path file = directory.resolve(name);
        if (Files.notExists(file)) {
            Files.createDirectories(directory);
            try (InputStream in =
                    Objects.requireNonNull(DemoFiles.class.getResourceAsStream("/" + name), name)) {
                Files.copy(in, file);
            }
        }
        return file;
    }
}
