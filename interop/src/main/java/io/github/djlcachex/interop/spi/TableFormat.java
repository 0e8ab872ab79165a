package io.github.djlcachex.interop.spi;

import io.github.djlcachex.interop.FileFormat;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.UnsupportedFormatException;

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
     * Tells whether files have types of numbers.
     *
     * @return false for texts of numbers, which are converted to any type that is asked for
     */
    default boolean isTyped() {
        return true;
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

    /**
     * Tells whether an export is a directory of this format, not a file.
     *
     * @return true if it is a directory also if it is not sharded
     */
    default boolean isDirectory() {
        return false;
    }

    /**
     * Returns the files beside a file that a reader takes for parts of it. An export refuses those
     * that are there, or deletes them if it may replace the file.
     *
     * @param file a file
     * @return the files that may be beside it, whether they are there or not
     */
    default List<Path> companions(Path file) {
        return List.of();
    }

    /**
     * Returns how the names of files that are written end.
     *
     * @return the suffix, with its dot
     */
    default String writtenSuffix() {
        List<String> suffixes = format().suffixes();
        return suffixes.isEmpty() ? "" : suffixes.get(0);
    }

    /**
     * Creates a file. The directory is the writer's own, so that it may make files beside it whose
     * names begin like that of the file; all of them are the export.
     *
     * @param file the file, which is not there
     * @param columns the columns, that of the ids first
     * @return the writer of its rows
     * @throws IOException if the file cannot be written
     * @throws io.github.djlcachex.row.InvalidRowsException if the format has no such columns
     * @throws UnsupportedFormatException if the format is only read
     */
    default TableWriter create(Path file, List<TableColumn> columns) throws IOException {
        throw new UnsupportedFormatException(
                Problem.of(
                        "file " + file,
                        "a format that is written",
                        format() + ", which is only read",
                        "export another format"));
    }

    /**
     * Writes what a directory has beside its files.
     *
     * @param directory the directory
     * @param names the names of the files of rows, in their order
     * @param columns the columns, that of the ids first
     * @throws IOException if a file cannot be written
     */
    default void complete(Path directory, List<String> names, List<TableColumn> columns)
            throws IOException {}
}
