package io.github.djlcachex.internal.segment;

import io.github.djlcachex.internal.io.ProcessIdentity;
import io.github.djlcachex.internal.io.Storage;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The temporary files of writers that did not end well.
 *
 * <p>One whose process ran on this host and boot and is gone is removed at once; one whose process
 * runs there is never removed. One of another host may still be written: it is removed when it is a
 * day old. What was {@linkplain Discarded discarded} is removed by a later opener that may.
 */
public final class StaleTempFiles {

    private static final Logger logger = LoggerFactory.getLogger(StaleTempFiles.class);
    private static final long MAX_AGE_MS = Duration.ofHours(24).toMillis();

    private StaleTempFiles() {}

    /**
     * Removes the leftovers of a directory. A file that cannot be removed stays, with a warning.
     *
     * @param storage the storage
     * @param directory the directory
     * @param observer this process
     * @param nowMs the present time in milliseconds since 1970
     * @throws IOException if the directory cannot be listed
     */
    public static void remove(Storage storage, Path directory, ProcessIdentity observer, long nowMs)
            throws IOException {
        for (String fileName : storage.list(directory)) {
            if (Discarded.isName(fileName)) {
                Discarded.deleteUnused(storage, directory.resolve(fileName));
            }
            Optional<SegmentName> name = SegmentName.parse(fileName, SegmentName.TEMPORARY);
            if (name.isPresent()) {
                Path file = directory.resolve(fileName);
                try {
                    if (isStale(storage, file, name.get(), observer, nowMs)) {
                        storage.delete(file);
                        logger.info("removed {}, which a dead writer left", file);
                    }
                } catch (NoSuchFileException e) {
                    logger.debug("{} was removed by another opener", file);
                } catch (IOException e) {
                    logger.warn(
                            "cannot remove {}, which a dead writer left: {}", file, e.toString());
                }
            }
        }
    }

    private static boolean isStale(
            Storage storage, Path file, SegmentName name, ProcessIdentity observer, long nowMs)
            throws IOException {
        return name.writer().process().isGone(observer)
                || (nowMs - storage.lastModifiedMs(file) > MAX_AGE_MS
                        && !name.writer().process().isAlive(observer));
    }
}
