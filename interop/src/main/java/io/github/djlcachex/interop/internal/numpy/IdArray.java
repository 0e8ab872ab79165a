package io.github.djlcachex.interop.internal.numpy;

import io.github.djlcachex.interop.internal.table.IdSource;
import io.github.djlcachex.interop.internal.table.Refusals;
import io.github.djlcachex.interop.spi.ColumnData;

import java.io.IOException;
import java.nio.file.Path;

/** An IdArray gives the ids of an array of integers or texts in a file of its own. */
public final class IdArray implements IdSource {

    private final Path path;
    private final NpyArray array;
    private long row;

    /** Opens the file. */
    public IdArray(Path path) throws IOException {
        this.path = path;
        this.array = NpyFormat.array(path);
    }

    @Override
    public void checkCount(long rows) {
        if (rows != array.rows()) {
            throw refused(rows + " rows");
        }
    }

    @Override
    public ColumnData next(int count) throws IOException {
        if (count > array.rows() - row) {
            throw refused("more rows");
        }
        row += count;
        return array.read(count);
    }

    @Override
    public void checkEnd() {
        if (row < array.rows()) {
            throw refused(row + " rows");
        }
    }

    private RuntimeException refused(String found) {
        return Refusals.rows(
                "ids of " + path,
                array.rows() + " rows, one for each id",
                found,
                "give one id a row, in the order of the rows");
    }

    @Override
    public void close() throws IOException {
        array.close();
    }
}
