package io.github.djlcachex.interop.spi;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A TableReader reads the rows of one file in their order, a chunk of some MiB at a time, so that
 * its memory does not grow with the file. For one thread.
 *
 * <p>A file that is not what it should be is a {@link
 * io.github.djlcachex.row.CorruptFileException}, one that asks for more than the reader can do an
 * {@link io.github.djlcachex.row.UnsupportedFormatException}, and a null or a type that no column
 * has an {@link io.github.djlcachex.row.InvalidRowsException}.
 */
public interface TableReader extends Closeable {

    /**
     * Returns the names of the columns.
     *
     * @return the names, in the order of the file
     */
    List<String> columns();

    /**
     * Tells whether rows get the names of the columns, or have none because the names say nothing.
     *
     * @return false if the columns of the rows are without names
     */
    default boolean hasNames() {
        return true;
    }

    /**
     * Returns the number of rows.
     *
     * @return the number, or empty if the file does not tell it before it is read; asked after
     *     {@link #select}
     */
    OptionalLong rows();

    /**
     * Chooses the columns to read. Called once, before the first chunk is read.
     *
     * @param columns names of columns of the file, in the order in which chunks will have them
     * @throws IOException if the file cannot be read
     */
    void select(List<String> columns) throws IOException;

    /**
     * Tells which types the chosen columns are to have. A reader of a format without types converts
     * its texts to them. Called once, after {@link #select}, for such a format alone.
     *
     * @param hasIds whether the first chosen column has the ids of the rows
     * @param types for each chosen column its type, if the caller knows it
     */
    default void types(boolean hasIds, List<Optional<LeafType>> types) {}

    /**
     * Reads the next rows.
     *
     * @return the chosen columns of one row or more, all of as many rows, or null at the end
     * @throws IOException if the file cannot be read
     */
    @Nullable List<ColumnData> next() throws IOException;
}
