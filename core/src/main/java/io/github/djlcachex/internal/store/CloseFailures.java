package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.segment.SegmentFile;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Path;

/** The closing of many files, of which a lost connection fails all: that is one warning. */
final class CloseFailures {

    private static final Logger logger = LoggerFactory.getLogger(CloseFailures.class);

    private final Path directory;
    private int failed;
    private @Nullable IOException first;

    CloseFailures(Path directory) {
        this.directory = directory;
    }

    void close(SegmentFile file) {
        try {
            file.close();
        } catch (IOException e) {
            failed++;
            first = first == null ? e : first;
        }
    }

    void warn() {
        if (first != null) {
            logger.warn("cannot close {} file(s) in {}: {}", failed, directory, first.toString());
        }
    }
}
