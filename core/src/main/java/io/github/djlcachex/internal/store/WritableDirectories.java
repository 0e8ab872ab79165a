package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.io.LenientStorage;
import io.github.djlcachex.internal.io.ProcessIdentity;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.segment.StaleTempFiles;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;

/** The directories of a generation that is about to be written to. */
final class WritableDirectories {

    private static final Logger logger = LoggerFactory.getLogger(WritableDirectories.class);

    private WritableDirectories() {}

    /** Creates the directories, makes them durable and removes dead writers' leftovers. */
    static void prepare(StorePaths paths, Storage given) throws IOException {
        Storage storage = new LenientStorage(given, (directory, answer) -> {}); // the store warns
        storage.createDirectories(paths.segments());
        forceNames(paths, storage);
        ProcessIdentity observer = ProcessIdentity.current();
        long nowMs = System.currentTimeMillis();
        StaleTempFiles.remove(storage, paths.generation(), observer, nowMs);
        StaleTempFiles.remove(storage, paths.segments(), observer, nowMs);
        StaleTempFiles.remove(storage, paths.index(), observer, nowMs);
        StaleTempFiles.remove(storage, paths.notes(), observer, nowMs);
        StaleTempFiles.remove(storage, paths.trash(), observer, nowMs);
        StaleTempFiles.remove(storage, paths.deletions(), observer, nowMs);
    }

    /**
     * Forces the names of the cache's directories and of the segments that are there. The process
     * that made one may not have forced it yet, or have failed to, or be dead. Rows in a directory
     * that is lost are lost with it, and a row that is found here is not stored once more.
     */
    private static void forceNames(StorePaths paths, Storage storage) throws IOException {
        storage.forceDirectory(paths.segments());
        storage.forceDirectory(paths.generation());
        storage.forceDirectory(paths.module());
        Path root = paths.module().toAbsolutePath().getParent();
        for (Path above = root; above != null; above = above.getParent()) {
            try {
                storage.forceDirectory(above);
            } catch (AccessDeniedException e) {
                if (above.equals(root)) {
                    logger.warn(
                            "{} may not be read, so that its entries are not forced: if it is new,"
                                    + " a power loss may take it; allow reading it",
                            above);
                }
            } catch (IOException e) {
                if (above.equals(root)) {
                    throw e;
                }
                logger.debug("{} cannot be forced; this open made nothing in it", above, e);
            }
        }
    }
}
