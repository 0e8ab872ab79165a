package io.github.djlcachex.interop;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** ExportReport is what an export did. Immutable. */
public final class ExportReport {

    private final long rows;
    private final long damagedRows;
    private final List<Path> files;
    private final long bytes;
    private final Duration duration;

    ExportReport(long rows, long damagedRows, List<Path> files, long bytes, Duration duration) {
        this.rows = rows;
        this.damagedRows = damagedRows;
        this.files = List.copyOf(files);
        this.bytes = bytes;
        this.duration = duration;
    }

    /**
     * Returns the rows that were written.
     *
     * @return the number of rows
     */
    public long rows() {
        return rows;
    }

    /**
     * Returns the rows that were left out because they are not what was stored, or were removed
     * while the export ran.
     *
     * @return the number of rows
     */
    public long damagedRows() {
        return damagedRows;
    }

    /**
     * Returns the files that were written.
     *
     * @return the paths of all files
     */
    public List<Path> files() {
        return files;
    }

    /**
     * Returns the size of the files.
     *
     * @return the size in bytes
     */
    public long bytes() {
        return bytes;
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
        return "ExportReport("
                + rows
                + " rows in "
                + files.size()
                + " files of "
                + bytes
                + " bytes, "
                + damagedRows
                + " damaged, "
                + duration.toMillis()
                + " ms)";
    }
}
