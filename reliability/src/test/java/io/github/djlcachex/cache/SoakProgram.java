package io.github.djlcachex.cache;

import static io.github.djlcachex.cache.WriterPrograms.say;

import io.github.djlcachex.cache.WriterPrograms.Checked;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.testing.TestFiles;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Opens, puts, gathers, flushes, refreshes, damages, clears and closes, and says every second while
 * the cache is closed what the process holds: directory, seconds.
 */
final class SoakProgram {

    private static final int KEYS = 20_000;
    private static final int STEPS_AN_OPENING = 60;
    private static final int OPENINGS_A_CLEAR = 20;

    private final Path directory;
    private final Random random = new Random(11);
    private long wrong;
    private long lost;
    private long operations;
    private boolean damaged;

    private SoakProgram(Path directory) {
        this.directory = directory;
    }

    public static void main(String[] args) throws IOException {
        SoakProgram program = new SoakProgram(Path.of(args[0]));
        long start = System.nanoTime();
        long end = start + TimeUnit.SECONDS.toNanos(Long.parseLong(args[1]));
        long next = start;
        for (int opening = 0; System.nanoTime() < end; opening++) {
            program.openAndUse(opening);
            if (System.nanoTime() >= next) {
                sample();
                next = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
            }
        }
        say("wrong " + program.wrong);
        say("lost " + program.lost);
        say("operations " + program.operations);
    }

    private void openAndUse(int opening) throws IOException {
        KeyType type = opening % 2 == 0 ? KeyType.INT64 : KeyType.UTF8;
        FeatureCacheBuilder builder =
                WriterPrograms.varied(WriterPrograms.at(directory, type), random);
        try (FeatureCache cache = builder.open()) {
            if (opening % OPENINGS_A_CLEAR < 2) {
                cache.clear();
                damaged = false;
            }
            for (int step = 0; step < STEPS_AN_OPENING; step++) {
                use(cache, type);
                operations++;
            }
        }
        if (random.nextInt(4) == 0) {
            damageOne();
        }
    }

    private void use(FeatureCache cache, KeyType type) throws IOException {
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

    /** Rows of a damaged file are misses until they are put and found missing again. */
    private void damageOne() throws IOException {
        List<Path> files = TestFiles.below(directory, ".arrow");
        if (!files.isEmpty()) {
            Path file = files.get(random.nextInt(files.size()));
            long place = random.nextLong(Files.size(file));
            TestFiles.overwrite(file, place, new byte[] {(byte) random.nextInt()});
            damaged = true;
        }
    }

    private static void sample() throws IOException {
        System.gc(); // what is left is held
        System.gc();
        say("heap " + ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        say("rss " + rssBytes());
        say("threads " + ManagementFactory.getThreadMXBean().getThreadCount());
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
