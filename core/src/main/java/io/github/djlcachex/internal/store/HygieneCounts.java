package io.github.djlcachex.internal.store;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What an operation that removes, or replaces, files of a cache saw and did. In a dry run, what it
 * would have done.
 *
 * @param operation the name of the operation
 * @param dryRun true if nothing was changed
 * @param seen the files that it looked at
 * @param removed the files that it removed
 * @param written the files that it wrote in their place
 * @param kept files that it left though they were asked for, at most {@link #MAX_KEPT}
 * @param keptFiles how many it left
 * @param changedFiles files that another process removed between the listing and their turn
 * @param nanos how long it took
 */
public record HygieneCounts(
        String operation,
        boolean dryRun,
        Sum seen,
        Sum removed,
        Sum written,
        List<Kept> kept,
        long keptFiles,
        long changedFiles,
        long nanos) {

    /** The most files that are named with their reason. */
    static final int MAX_KEPT = 1000;

    public HygieneCounts {
        kept = List.copyOf(kept);
    }

    /** So many files, with their rows and bytes. */
    public record Sum(long files, long rows, long bytes) {

        static final Sum NONE = new Sum(0, 0, 0);

        Sum plus(long moreFiles, long moreRows, long moreBytes) {
            return new Sum(files + moreFiles, rows + moreRows, bytes + moreBytes);
        }
    }

    /** A file or directory that stays, and why. */
    public record Kept(Path path, String reason) {}

    /** Starts the account of an operation. */
    static Account of(String operation, boolean dryRun) {
        return new Account(operation, dryRun);
    }

    /** The sums of an operation that is under way, for one thread. */
    static final class Account {

        private final String operation;
        private final boolean dryRun;
        private final long startNanos = System.nanoTime();
        private final List<Kept> kept = new ArrayList<>();
        private Sum seen = Sum.NONE;
        private Sum removed = Sum.NONE;
        private Sum written = Sum.NONE;
        private long keptFiles;
        private long changedFiles;

        private Account(String operation, boolean dryRun) {
            this.operation = operation;
            this.dryRun = dryRun;
        }

        boolean dryRun() {
            return dryRun;
        }

        void seen(long files, long rows, long bytes) {
            seen = seen.plus(files, rows, bytes);
        }

        void removed(long files, long rows, long bytes) {
            removed = removed.plus(files, rows, bytes);
        }

        void written(long files, long rows, long bytes) {
            written = written.plus(files, rows, bytes);
        }

        void kept(Path path, String reason) {
            keptFiles++;
            if (kept.size() < MAX_KEPT) {
                kept.add(new Kept(path, reason));
            }
        }

        /** Counts a file that another process removed meanwhile. */
        void changed() {
            changedFiles++;
        }

        Sum removed() {
            return removed;
        }

        HygieneCounts end() {
            long nanos = System.nanoTime() - startNanos;
            return new HygieneCounts(
                    operation,
                    dryRun,
                    seen,
                    removed,
                    written,
                    kept,
                    keptFiles,
                    changedFiles,
                    nanos);
        }
    }
}
