package io.github.djlcachex.benchmark;

import io.github.djlcachex.cache.Durability;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FeatureCacheBuilder;
import io.github.djlcachex.cache.MaintenanceMode;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * The compaction of many small files: what it takes beside a plain copy of the same bytes, what a
 * reader has of it meanwhile, and what openings and gathers gain.
 */
final class CompactionPart implements BenchmarkSuite.Part {

    private static final int ROW_BYTES = 512;
    private static final int ROWS_OF_FILE = 100;
    private static final int BATCH = 256;
    private static final int OPENINGS = 3;
    private static final int KEY_AND_CHECKSUM_BYTES = Long.BYTES + Integer.BYTES;
    private static final long SEGMENT_BYTES = 64 << 20;

    /** So few files are left once it has compacted itself. */
    private static final int FILES_LEFT = 80;

    private static final double NANOS_PER_MS = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MIB = 1 << 20;
    private static final double GOAL_OF_COPY = 0.4;
    private static final double GOAL_OF_READER = 0.9;
    private static final double GOAL_OF_DISK = 1.05;

    private int rows;

    @Override
    public String name() {
        return "compaction";
    }

    @Override
    public void run(Bench bench) throws Exception {
        System.setProperty(Fixtures.DIRECTORY, bench.options().data().toString());
        int files = bench.options().smoke() ? 400 : 10_000;
        rows = files * ROWS_OF_FILE;
        String of = Numbers.text(files) + " files of " + ROWS_OF_FILE + " rows";
        Path byCall = made();
        double openedMs = openingMs(byCall);
        rate(byCall, MaintenanceMode.MANUAL, seconds(bench, 2)); // until it is compiled
        double before = rate(byCall, MaintenanceMode.MANUAL, seconds(bench, 3));
        double plain = copyMiBs(segments(byCall));
        double compacted = compactionMiBs(byCall);
        bench.add(
                Figure.of("compaction of " + of, "MiB/s", compacted)
                        .beside(plain)
                        .goal(Goal.ratioAtLeast(GOAL_OF_COPY)));
        bench.add(
                Figure.of("opening after the compaction of " + of, "ms", openingMs(byCall))
                        .beside(openedMs));
        bench.add(
                Figure.of(
                                "gather after the compaction of " + of,
                                "rows/s",
                                rate(byCall, MaintenanceMode.MANUAL, seconds(bench, 3)))
                        .beside(before));
        long live = (long) rows * (ROW_BYTES + KEY_AND_CHECKSUM_BYTES);
        bench.add(
                Figure.of("disk after the compaction of " + of, "MiB", bytes(byCall) / MIB)
                        .beside(live / MIB)
                        .goal(Goal.ratioAtMost(GOAL_OF_DISK)));
        BenchmarkRows.delete(byCall);
        meanwhile(bench, of);
    }

    /** True for some seconds from the first question on. */
    private static BooleanSupplier seconds(Bench bench, int seconds) {
        long nanos = TimeUnit.SECONDS.toNanos(bench.options().smoke() ? 1 : seconds);
        AtomicLong start = new AtomicLong();
        return () -> {
            start.compareAndSet(0, System.nanoTime());
            return System.nanoTime() - start.get() < nanos;
        };
    }

    private FeatureCacheBuilder cacheIn(Path directory, MaintenanceMode mode) {
        return FeatureCache.builder()
                .directory(directory)
                .moduleId("benchmark")
                .maintenance(mode)
                .indexSnapshotRows(0)
                .memoryTierBytes(0);
    }

    private Path made() throws IOException {
        Path directory = Fixtures.temporary("compaction");
        try (FeatureCache cache =
                cacheIn(directory, MaintenanceMode.MANUAL)
                        .durability(Durability.OS)
                        .segmentRows(ROWS_OF_FILE)
                        .open()) {
            BenchmarkRows.fill(cache, KeyType.INT64, ROW_BYTES, 0, rows);
        }
        return directory;
    }

    private double openingMs(Path directory) {
        double[] ms = new double[OPENINGS];
        for (int i = 0; i < OPENINGS; i++) {
            long start = System.nanoTime();
            FeatureCache cache = cacheIn(directory, MaintenanceMode.MANUAL).open();
            ms[i] = (System.nanoTime() - start) / NANOS_PER_MS;
            cache.close();
        }
        return Numbers.median(ms);
    }

    /** What one thread reads of random rows as long as it goes on. */
    private double rate(Path directory, MaintenanceMode mode, BooleanSupplier goesOn) {
        try (FeatureCache cache = cacheIn(directory, mode).open()) {
            return rate(cache, goesOn);
        }
    }

    private double rate(FeatureCache cache, BooleanSupplier goesOn) {
        RowBatch into = BenchmarkRows.random(ROW_BYTES, BATCH);
        Random random = new Random(7);
        long read = 0;
        long start = System.nanoTime();
        while (goesOn.getAsBoolean()) {
            Keys keys = Keys.of(random.longs(BATCH, 0, rows).toArray());
            int hits = cache.gather(keys, into).hits();
            if (hits != BATCH) {
                throw new IllegalStateException(BATCH - hits + " rows were missed");
            }
            read += hits;
        }
        return read / ((System.nanoTime() - start) / NANOS_PER_SECOND);
    }

    /** The cache compacts by itself, while one thread reads. */
    private void meanwhile(Bench bench, String of) throws IOException {
        Path directory = made();
        double alone;
        double beside;
        try (FeatureCache cache = cacheIn(directory, MaintenanceMode.MANUAL).open()) {
            alone = rate(cache, seconds(bench, 3));
        }
        try (FeatureCache cache = cacheIn(directory, MaintenanceMode.AUTOMATIC).open()) {
            BooleanSupplier most = seconds(bench, 60);
            beside =
                    rate(cache, () -> most.getAsBoolean() && cache.stats().segments() > FILES_LEFT);
        }
        BenchmarkRows.delete(directory);
        bench.add(
                Figure.of("gather while a cache of " + of + " compacts itself", "rows/s", beside)
                        .beside(alone)
                        .goal(Goal.ratioAtLeast(GOAL_OF_READER)));
    }

    private double compactionMiBs(Path directory) throws IOException {
        long bytes = bytes(directory);
        try (FeatureCache cache = cacheIn(directory, MaintenanceMode.MANUAL).open()) {
            long start = System.nanoTime();
            cache.compact();
            return bytes / MIB / ((System.nanoTime() - start) / NANOS_PER_SECOND);
        }
    }

    /** Copies files to files of about the size of a segment, each of which is forced. */
    private static double copyMiBs(List<Path> files) throws IOException {
        Path target = Fixtures.temporary("plain");
        long start = System.nanoTime();
        long bytes = 0;
        int number = 0;
        for (int from = 0; from < files.size(); number++) {
            try (FileChannel to =
                    FileChannel.open(
                            target.resolve("copy" + number),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE)) {
                for (; from < files.size() && to.size() < SEGMENT_BYTES; from++) {
                    try (FileChannel source = FileChannel.open(files.get(from))) {
                        bytes += source.transferTo(0, source.size(), to);
                    }
                }
                to.force(true);
            }
        }
        double rate = bytes / MIB / ((System.nanoTime() - start) / NANOS_PER_SECOND);
        BenchmarkRows.delete(target);
        return rate;
    }

    private static List<Path> segments(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(".arrow")).toList();
        }
    }

    private static long bytes(Path directory) throws IOException {
        long bytes = 0;
        for (Path file : segments(directory)) {
            bytes += Files.size(file);
        }
        return bytes;
    }
}
