package io.github.djlcachex.internal.store;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * The listed files that could not be opened, which each refresh tries again. All that fail for the
 * first time in one refresh make one line of log. The caller holds a lock, but for {@link #any}.
 */
final class UnreadableNames {

    private static final Logger logger = LoggerFactory.getLogger(UnreadableNames.class);

    private final Path directory;
    private final Set<String> names = new HashSet<>();
    private volatile boolean any;
    private int failed;
    private int unknown;
    private String example = "";
    private @Nullable IOException cause;

    UnreadableNames(Path directory) {
        this.directory = directory;
    }

    void add(String fileName, IOException e) {
        failed++;
        if (names.add(fileName) && unknown++ == 0) {
            example = fileName;
            cause = e;
        }
    }

    /** Tells whether none has failed yet in this refresh. */
    boolean isFirst() {
        return failed == 0;
    }

    void remove(String fileName) {
        names.remove(fileName);
    }

    /** Says what failed in a refresh, and forgets it. */
    void refreshed() {
        any = failed > 0;
        if (unknown > 0) {
            logger.warn(
                    "cannot open {} segments in {}, such as {}; each refresh tries again",
                    unknown,
                    directory,
                    example,
                    cause);
        }
        failed = 0;
        unknown = 0;
        cause = null;
    }

    /** Tells whether any failed in the last refresh. */
    boolean any() {
        return any;
    }

    void clear() {
        names.clear();
        any = false;
    }
}
