package io.github.djlcachex.interop.internal.table;

import io.github.djlcachex.interop.FileFormat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files of a source: itself, or those of a directory. */
public final class SourceFiles {

    private SourceFiles() {}

    /** Returns a file, or the files of a directory with a suffix of the format, by name. */
    public static List<Path> of(Path source, FileFormat format) throws IOException {
        if (!Files.isDirectory(source)) {
            return List.of(source);
        }
        return below(source, name -> format.suffixes().stream().anyMatch(name::endsWith), format);
    }

    /** Tells whether a file is wanted. */
    public interface NameFilter {

        /** Tells whether a file of this name is wanted. */
        boolean accepts(String name);
    }

    /** Returns the files of a directory whose names are accepted, by name. */
    public static List<Path> below(Path directory, NameFilter filter, FileFormat format)
            throws IOException {
        try (Stream<Path> listed = Files.list(directory)) {
            List<Path> files =
                    listed.filter(file -> filter.accepts(file.getFileName().toString()))
                            .filter(Files::isRegularFile)
                            .sorted()
                            .toList();
            if (files.isEmpty()) {
                throw Refusals.option(
                        "source",
                        "files of format " + format,
                        "none in " + directory,
                        "name the file, or the directory that has them");
            }
            return files;
        }
    }
}
