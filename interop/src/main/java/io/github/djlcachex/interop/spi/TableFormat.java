package io.github.djlcachex.interop.spi;

import io.github.djlcachex.interop.FileFormat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A TableFormat reads and writes the files of one format. {@link java.util.ServiceLoader} finds the
 * formats of other artifacts: each is public, has a constructor without parameters, and is named in
 * {@code META-INF/services/io.github.djlcachex.interop.spi.TableFormat}.
 */
public interface TableFormat {

    /**
     * Returns the format.
     *
     * @return the format
     */
    FileFormat format();

    /**
     * Returns the name of the column of ids, if no other is named.
     *
     * @return the name
     */
    default String idColumn() {
        return "id";
    }

    /**
     * Returns the files of a source.
     *
     * @param source a file, or the directory of some files
     * @return the files, in the order in which they are read
     * @throws IOException if the directory cannot be listed
     */
    List<Path> files(Path source) throws IOException;

    /**
     * Opens a file.
     *
     * @param file the file
     * @return the reader of its rows
     * @throws IOException if the file cannot be read
     */
    TableReader open(Path file) throws IOException;
}
