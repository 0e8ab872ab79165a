package io.github.djlcachex.cache;

import io.github.djlcachex.internal.store.HygieneCounts;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * HygieneReport tells what an operation that removes files of a cache, or replaces them by others,
 * saw and did. The report of a dry run tells what the operation would have done.
 *
 * <p>A row counts once for each file that has it. The report is immutable.
 */
public final class HygieneReport {

    private final HygieneCounts counts;

    HygieneReport(HygieneCounts counts) {
        this.counts = counts;
    }

    /**
     * Returns the name of the operation, such as {@code removeGenerations}.
     *
     * @return the name
     */
    public String operation() {
        return counts.operation();
    }

    /**
     * Tells whether nothing was changed, because a dry run was asked for.
     *
     * @return true after a dry run
     */
    public boolean isDryRun() {
        return counts.dryRun();
    }

    /**
     * Returns how many files the operation looked at.
     *
     * @return the number of files
     */
    public long filesSeen() {
        return counts.seen().files();
    }

    /**
     * Returns the rows in those files.
     *
     * @return the number of rows
     */
    public long rowsSeen() {
        return counts.seen().rows();
    }

    /**
     * Returns the size of those files.
     *
     * @return the size in bytes
     */
    public long bytesSeen() {
        return counts.seen().bytes();
    }

    /**
     * Returns how many files the operation removed.
     *
     * @return the number of files
     */
    public long filesRemoved() {
        return counts.removed().files();
    }

    /**
     * Returns the rows in the removed files.
     *
     * @return the number of rows
     */
    public long rowsRemoved() {
        return counts.removed().rows();
    }

    /**
     * Returns the size of the removed files. The disk has the space again once no process has them
     * open.
     *
     * @return the size in bytes
     */
    public long bytesRemoved() {
        return counts.removed().bytes();
    }

    /**
     * Returns how many files the operation wrote in the place of others.
     *
     * @return the number of files
     */
    public long filesWritten() {
        return counts.written().files();
    }

    /**
     * Returns the rows in the written files.
     *
     * @return the number of rows
     */
    public long rowsWritten() {
        return counts.written().rows();
    }

    /**
     * Returns the size of the written files.
     *
     * @return the size in bytes
     */
    public long bytesWritten() {
        return counts.written().bytes();
    }

    /**
     * Returns the files and directories that stay though they were asked for, and why: the first
     * 1000 of them.
     *
     * @return the files, in the order in which the operation met them
     */
    public List<KeptFile> kept() {
        return counts.kept().stream().map(KeptFile::new).toList();
    }

    /**
     * Returns how many files and directories stay though they were asked for.
     *
     * @return the number
     */
    public long filesKept() {
        return counts.keptFiles();
    }

    /**
     * Returns the files that another process removed after this operation had listed them.
     *
     * @return the number of files
     */
    public long filesChangedMeanwhile() {
        return counts.changedFiles();
    }

    /**
     * Returns how long the operation took.
     *
     * @return the time
     */
    public Duration duration() {
        return Duration.ofNanos(counts.nanos());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof HygieneReport that && counts.equals(that.counts);
    }

    @Override
    public int hashCode() {
        return counts.hashCode();
    }

    /** Returns one line for people: what was removed of how much, what stays, and the time. */
    @Override
    public String toString() {
        StringBuilder line = new StringBuilder(operation());
        line.append(isDryRun() ? ": would remove " : ": removed ")
                .append(part(filesRemoved(), filesSeen(), " files, "))
                .append(part(rowsRemoved(), rowsSeen(), " rows, "))
                .append(part(bytesRemoved(), bytesSeen(), " bytes"));
        if (filesWritten() > 0) {
            line.append(isDryRun() ? ", would write " : ", wrote ")
                    .append(filesWritten() + " files, ")
                    .append(rowsWritten() + " rows, ")
                    .append(bytesWritten() + " bytes");
        }
        if (filesKept() > 0) {
            line.append(", kept ").append(filesKept());
        }
        if (filesChangedMeanwhile() > 0) {
            line.append(", others removed ").append(filesChangedMeanwhile());
        }
        double seconds = counts.nanos() / 1e9;
        return line.append(String.format(Locale.ROOT, ", %.3f s", seconds)).toString();
    }

    private static String part(long some, long all, String unit) {
        return some + " of " + all + unit;
    }
}
