package io.github.djlcachex.internal.store;

import static io.github.djlcachex.scenario.programs.WriterPrograms.say;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FeatureCacheBuilder;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.scenario.programs.WriterPrograms;
import io.github.djlcachex.scenario.programs.WriterPrograms.Checked;
import io.github.djlcachex.testing.TestFiles;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Puts, gathers, flushes, refreshes, damages and clears in one cache that is open from beginning to
 * end, and says every second, just after a clear, what the process holds: directory, seconds.
 * Another cache is opened and closed beside it, again and again.
 */
final class SoakProgram {

    private static final int KEYS = 20_000;
    private static final int STEPS_A_CLEAR = 150;
    private static final int STEPS_AN_OPENING = 40;
    private static final int CLEARS_AN_OPENING = 5;
    private static final int OPENINGS_A_CLEAR = 20;

    private final Random random = new Random(11);
    private long wrong;
    private long lost;
    private long operations;
    private long clears;
    private int openings;
    private boolean reopenedIsDamaged;

    private SoakProgram() {}

    public static void main(String[] args) throws IOException {
        SoakProgram program = new SoakProgram();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.parseLong(args[1]));
        program.run(Path.of(args[0]), end);
        say("wrong " + program.wrong);
        say("lost " + program.lost);
        say("clears " + program.clears);
        say("operations " + program.operations);
    }

    private void run(Path directory, long end) throws IOException {
        Path open = directory.resolve("open");
        Path reopened = directory.resolve("reopened");
        long next = System.nanoTime();
        try (FeatureCache cache =
                WriterPrograms.at(open, KeyType.INT64)
                        .segmentRows(50)
                        .memoryTierBytes(64 << 10)
                        .flushDelay(Duration.ofMillis(5))
                        .refreshInterval(Duration.ofMillis(20))
                        .open()) {
            while (System.nanoTime() < end) {
                useAndClear(cache, open);
                if (clears % CLEARS_AN_OPENING == 0) {
                    openAndUse(reopened);
                }
                if (System.nanoTime() >= next) {
                    sample();
                    next = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
                }
            }
        }
    }

    private void useAndClear(FeatureCache cache, Path directory) throws IOException {
        boolean damaged = false;
        for (int step = 0; step < STEPS_A_CLEAR; step++) {
            use(cache, KeyType.INT64, damaged);
            if (random.nextInt(STEPS_A_CLEAR) == 0) {
                damaged |= damageOne(directory);
            }
        }
        cache.clear();
        clears++;
    }

    private void openAndUse(Path directory) throws IOException {
        KeyType type = openings % 2 == 0 ? KeyType.INT64 : KeyType.UTF8;
        FeatureCacheBuilder builder =
                WriterPrograms.varied(WriterPrograms.at(directory, type), random);
        try (FeatureCache cache = builder.open()) {
            if (openings++ % OPENINGS_A_CLEAR < 2) {
                cache.clear();
                reopenedIsDamaged = false;
            }
            for (int step = 0; step < STEPS_AN_OPENING; step++) {
                use(cache, type, reopenedIsDamaged);
            }
        }
        if (random.nextInt(4) == 0) {
            reopenedIsDamaged |= damageOne(directory);
        }
    }

    private void use(FeatureCache cache, KeyType type, boolean damaged) throws IOException {
        operations++;
        long from = random.nextInt(KEYS);
        var keys = WriterPrograms.keys(type, from, from + 1 + random.nextInt(200));
        switch (random.nextInt(8)) {
            case 0, 1 -> {
                cache.put(keys, Caches.ROWS.batch(keys));
                Checked now = Checked.of(cache, keys);
                wrong += now.wrong();
                lost += damaged ? 0 : now.missing();
            }
            case 2 -> lost += cache.flush().lostRows();
            case 3 -> cache.refresh();
            case 4 -> cache.missing(keys);
            default -> wrong += Checked.of(cache, keys).wrong();
        }
    }

    /** A walk fails if the writer renames a temporary file under it. */
    private static List<Path> committed(Path directory) {
        while (true) {
            try {
                return TestFiles.below(directory, ".arrow");
            } catch (UncheckedIOException e) {
                if (!(e.getCause() instanceof NoSuchFileException)) {
                    throw e;
                }
            }
        }
    }

    /** Rows of a damaged file are misses until they are put and found missing again. */
    private boolean damageOne(Path directory) throws IOException {
        List<Path> files = committed(directory);
        if (files.isEmpty()) {
            return false;
        }
        Path file = files.get(random.nextInt(files.size()));
        long place = random.nextLong(Files.size(file));
        TestFiles.overwrite(file, place, new byte[] {(byte) random.nextInt()});
        return true;
    }

    /** Those that help to gather come and go, and are few. */
    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !thread.getName().startsWith("djlcachex-gather-"))
                .count();
    }

    private static void sample() throws IOException {
        System.gc(); // what is left is held
        System.gc();
        say("heap " + ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        say("rss " + rssBytes());
        say("threads " + threads());
        for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
            say(pool.getName() + " buffers " + pool.getMemoryUsed());
        }
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            say("descriptors " + open.count());
        }
    }

    private static long rssBytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) << 10;
            }
        }
        throw new IOException("no VmRSS in /proc/self/status");
    }
}
