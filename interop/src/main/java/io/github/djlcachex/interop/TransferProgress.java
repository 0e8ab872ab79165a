package io.github.djlcachex.interop;

import java.nio.file.Path;
import java.util.OptionalLong;

/** TransferProgress is how far an import or an export is. Immutable. */
public final class TransferProgress {

    private final Path file;
    private final long rows;
    private final OptionalLong totalRows;
    private final int filesDone;
    private final int files;

    TransferProgress(Path file, long rows, OptionalLong totalRows, int filesDone, int files) {
        this.file = file;
        this.rows = rows;
        this.totalRows = totalRows;
        this.filesDone = filesDone;
        this.files = files;
    }

    /**
     * Returns the file that is read or written.
     *
     * @return the file
     */
    public Path file() {
        return file;
    }

    /**
     * Returns the rows of all files so far, those that were skipped among them.
     *
     * @return the number of rows
     */
    public long rows() {
        return rows;
    }

    /**
     * Returns the rows that there will be.
     *
     * @return the number of rows, or empty if it is not known
     */
    public OptionalLong totalRows() {
        return totalRows;
    }

    /**
     * Returns the files that were read or written to their end.
     *
     * @return the number of files
     */
    public int filesDone() {
        return filesDone;
    }

    /**
     * Returns the files that there are.
     *
     * @return the number of files
     */
    public int files() {
        return files;
    }

    @Override
    public String toString() {
        return "TransferProgress(" + rows + " rows, " + filesDone + " of " + files + " files)";
    }
}
