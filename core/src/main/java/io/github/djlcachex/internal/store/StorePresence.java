package io.github.djlcachex.internal.store;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The StorePresence is what an open store shows of itself: a line of log at open and at close, and
 * by option a bean in JMX. Used by the thread that opens, and by the one that closes.
 */
final class StorePresence {

    private static final Logger logger = LoggerFactory.getLogger(StorePresence.class);

    private final Store store;
    private final StorePaths paths;
    private final String moduleId;
    private final AtomicBoolean contractFailed = new AtomicBoolean();
    private volatile boolean shown;
    private volatile @Nullable JmxRegistration registration;

    StorePresence(Store store, StorePaths paths, String moduleId) {
        this.store = store;
        this.paths = paths;
        this.moduleId = moduleId;
    }

    /** The store is open, and has read what is on disk. */
    void opened() {
        shown = true;
        logger.info("opened {}: {}", paths.generation(), size());
        if (store.options().jmx()) {
            registration = JmxRegistration.of(store, paths, moduleId);
        }
    }

    /** The store is closed but for its files, if it was ever open. */
    void closed() {
        JmxRegistration registered = registration;
        if (registered != null) {
            registered.remove();
        }
        if (shown) {
            logger.info("closed {}: {}", paths.generation(), size());
        }
    }

    /**
     * The size of the rows, if it follows from their number: that of the files would be asked of
     * the disk, file by file.
     */
    private String size() {
        long rows = store.rowCount();
        String files = rows + " rows in " + store.catalog().segmentCount() + " segments";
        return Optional.ofNullable(store.state())
                .map(state -> state.contract().schema())
                .filter(schema -> !schema.isVariable())
                .map(schema -> files + ", " + rows * schema.rowBytes() + " bytes of rows")
                .orElse(files);
    }

    /** Says once that the contract cannot be written. */
    void contractFailed(IOException failure) {
        if (contractFailed.compareAndSet(false, true)) {
            logger.warn(
                    "cannot write {}; rows are kept in memory only, and training goes on",
                    paths.generation(),
                    failure);
        }
    }

    /** Says once what a power loss may take. */
    static void warnOfUnforcedNames(Path directory, IOException answer) {
        logger.warn(
                "the filesystem of {} cannot force directories ({}): what files hold is safe, but a"
                        + " power loss may take the names of new ones. Use a filesystem that can,"
                        + " if rows must survive that",
                directory,
                answer.getMessage());
    }
}
