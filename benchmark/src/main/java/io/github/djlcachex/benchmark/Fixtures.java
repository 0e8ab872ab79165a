package io.github.djlcachex.benchmark;

import io.github.djlcachex.cache.Durability;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FeatureCacheBuilder;
import io.github.djlcachex.cache.MaintenanceMode;
import io.github.djlcachex.row.KeyType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * Caches with a known number of rows, made once and then copied by hard links for each benchmark,
 * which may add files to its copy.
 */
final class Fixtures {

    /** The system property that names the directory of the caches. */
    static final String DIRECTORY = "benchmark.data";

    /** Bytes of their rows: small, so that many fit on a disk. */
    static final int ROW_BYTES = 16;

    /** Rows that one cache writes, so that its index fits the heap; it then starts anew. */
    private static final int PIECE_ROWS = 10_000_000;

    /** The snapshot of a hundred million rows takes a minute and more. */
    private static final long SNAPSHOT_TIMEOUT_MS = 600_000;

    private static final String MODULE = "benchmark";

    private Fixtures() {}

    static Path directory() {
        return Path.of(System.getProperty(DIRECTORY));
    }

    /** A new empty directory. */
    static Path temporary(String name) throws IOException {
        return Files.createTempDirectory(Files.createDirectories(directory()), name);
    }

    static FeatureCacheBuilder cacheIn(Path directory) {
        return FeatureCache.builder()
                .directory(directory)
                .moduleId(MODULE)
                .maintenance(MaintenanceMode.MANUAL); // the files of a benchmark stay as they are
    }

    /**
     * Copies a cache of rows 0 to {@code rows}.
     *
     * @param segmentRows rows of one segment; 0 for as many as fit
     * @param everything false to copy nothing but the contract and the segments
     */
    static Path copy(KeyType type, int rows, int segmentRows, boolean everything)
            throws IOException {
        return link(made(type, rows, segmentRows), everything);
    }

    private static Path made(KeyType type, int rows, int segmentRows) throws IOException {
        Path made = directory().resolve(type + "-" + rows + "-" + segmentRows);
        if (Files.exists(made)) {
            return made;
        }
        Path making = temporary("making");
        Path aside = temporary("aside");
        for (int from = 0; from < rows; from += PIECE_ROWS) {
            FeatureCacheBuilder builder = cacheIn(making).durability(Durability.OS);
            if (segmentRows > 0) {
                builder.segmentRows(segmentRows);
            }
            try (FeatureCache cache = builder.open()) {
                BenchmarkRows.fill(cache, type, ROW_BYTES, from, Math.min(PIECE_ROWS, rows - from));
            }
            if (rows > PIECE_ROWS) {
                moveFiles(making, aside);
            }
        }
        if (rows > PIECE_ROWS) {
            moveFiles(aside, making);
            // What a cache leaves beside its segments is made by one that had all of them.
            cacheIn(making).closeTimeout(Duration.ofMillis(SNAPSHOT_TIMEOUT_MS)).open().close();
        }
        BenchmarkRows.delete(aside);
        return Files.move(making, made);
    }

    /** Moves the segments to another directory, and deletes all else but the contract. */
    private static void moveFiles(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path there = to.resolve(from.relativize(file).toString());
                if (file.toString().endsWith(".arrow")) {
                    Files.createDirectories(there.getParent());
                    Files.move(file, there);
                } else if (!file.endsWith("contract.json")) {
                    Files.delete(file);
                }
            }
        }
    }

    private static Path link(Path from, boolean everything) throws IOException {
        Path to = temporary("copy");
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else if (everything || isSegmentOrContract(file)) {
                    Files.createLink(copy, file);
                }
            }
        }
        return to;
    }

    private static boolean isSegmentOrContract(Path file) {
        return file.toString().endsWith(".arrow") || file.endsWith("contract.json");
    }
}
