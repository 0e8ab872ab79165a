package io.github.djlcachex.djl;

import io.github.djlcachex.cache.ProcessRank;
import io.github.djlcachex.djl.internal.Loggers;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Problem;

import org.slf4j.Logger;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * A FileBarrier makes the ranks of a run wait for each other, by files in one directory that all of
 * them see.
 *
 * <pre>{@code
 * FileBarrier barrier = FileBarrier.builder().setDirectory(shared).setRunId(runId).build();
 * barrier.await(); // returns once every rank has called it
 * }</pre>
 *
 * <p>Each rank creates an empty file of its own for each barrier, and waits until those of all
 * ranks are there. There is no lock, and no clock of another host is asked. A rank that does not
 * come within the timeout is named by a {@link MissingRanksException}; another call then waits at
 * the same barrier.
 *
 * <p>All ranks are given one run id, another one at each start of the run: a job id of the
 * launcher, and a number for each restart. An id that was used before is refused, since its files
 * would let a rank pass before the others come. A rank deletes its file of a barrier once all have
 * come to the next one; the files of the last barrier stay, in a directory of the run's id.
 *
 * <p>The filesystem may delay what a rank sees of others, and so each barrier; see the manual of
 * its client. Safe for use by several threads, which come to one barrier after the other.
 */
public final class FileBarrier {

    private static final Logger logger = Loggers.EXCHANGE;
    private static final long FIRST_PAUSE_MS = 1;
    private static final long MAX_PAUSE_MS = 100;

    private final Path directory;
    private final String runId;
    private final ProcessRank rank;
    private final Duration timeout;
    private int number; // of the barrier that is next, guarded by this
    private boolean arrived; // at that one, guarded by this

    FileBarrier(FileBarrierBuilder builder, Path directory, String runId) {
        this.directory = directory.resolve(runId);
        this.runId = runId;
        this.rank = builder.rank();
        this.timeout = builder.timeout;
    }

    /**
     * Returns a builder.
     *
     * @return the builder
     */
    public static FileBarrierBuilder builder() {
        return new FileBarrierBuilder();
    }

    /**
     * Waits until every rank has come to this barrier.
     *
     * @throws MissingRanksException if some do not come in time, or the thread is interrupted,
     *     which stays set
     * @throws InvalidOptionException if the run id was used before, or another process has the same
     *     rank
     * @throws CacheIoException if the file of this rank cannot be created
     */
    public synchronized void await() {
        if (!arrived) {
            arrive();
            arrived = true;
        }
        awaitOthers();
        // all have come to this barrier, so none waits at the one before any more
        delete(file(number - 1, rank.rank()));
        number++;
        arrived = false;
    }

    private void arrive() {
        Path mine = file(number, rank.rank());
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw failed(directory, e);
        }
        try {
            Files.createFile(mine);
        } catch (FileAlreadyExistsException e) {
            throw new InvalidOptionException(
                    Problem.of(
                            "run id '" + runId + "'",
                            "one that no earlier start of the run had, and ranks that differ",
                            mine + " before " + rank + " came to its barrier",
                            "give all ranks of each start one new id, and each process its own rank",
                            e));
        } catch (IOException e) {
            throw failed(mine, e);
        }
    }

    private static CacheIoException failed(Path path, IOException cause) {
        return new CacheIoException(
                Problem.of(
                        path.toString(),
                        "a path to create",
                        cause.toString(),
                        "give a directory that every rank may write to",
                        cause));
    }

    private void awaitOthers() {
        long start = System.nanoTime();
        long pauseMs = FIRST_PAUSE_MS;
        int next = 0;
        while (next < rank.worldSize()) {
            if (Files.exists(file(number, next))) {
                next++;
            } else if (System.nanoTime() - start > timeout.toNanos()) {
                throw missing("none of them within " + timeout);
            } else {
                pause(pauseMs);
                pauseMs = Math.min(2 * pauseMs, MAX_PAUSE_MS);
            }
        }
    }

    private void pause(long pauseMs) {
        try {
            TimeUnit.MILLISECONDS.sleep(pauseMs);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw missing("an interrupt before they came");
        }
    }

    private MissingRanksException missing(String found) {
        int[] missing =
                IntStream.range(0, rank.worldSize())
                        .filter(other -> !Files.exists(file(number, other)))
                        .toArray();
        return MissingRanksException.of(
                "barrier " + number + " of run '" + runId + "' in " + directory,
                missing,
                rank,
                found);
    }

    private Path file(int barrier, int ofRank) {
        return directory.resolve(barrier + "-rank-" + ofRank + "-of-" + rank.worldSize());
    }

    /** A file that stays misleads no rank: no other barrier has its name. */
    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            logger.debug("{} of a passed barrier stays", file, e);
        }
    }
}
