package io.github.djlcachex.interop;

import java.time.Duration;

/** ImportReport is what an import did. Immutable. */
public final class ImportReport {

    private final long rows;
    private final long storedRows;
    private final int files;
    private final Duration duration;

    ImportReport(long rows, long storedRows, int files, Duration duration) {
        this.rows = rows;
        this.storedRows = storedRows;
        this.files = files;
        this.duration = duration;
    }

    /**
     * Returns the rows that were read.
     *
     * @return the number of rows
     */
    public long rows() {
        return rows;
    }

    /**
     * Returns the rows that were stored, and are on disk.
     *
     * @return the number of rows
     */
    public long storedRows() {
        return storedRows;
    }

    /**
     * Returns the rows whose id was there already.
     *
     * @return the number of rows
     */
    public long existingRows() {
        return rows - storedRows;
    }

    /**
     * Returns the files that were read.
     *
     * @return the number of files
     */
    public int files() {
        return files;
    }

    /**
     * Returns how long it took.
     *
     * @return the time
     */
    public Duration duration() {
        return duration;
    }

    @Override
    public String toString() {
        return "ImportReport("
                + rows
                + " rows of "
                + files
                + " files, "
                + storedRows
                + " stored, "
                + existingRows()
                + " there already, "
                + duration.toMillis()
                + " ms)";
    }
}
