package io.github.djlcachex.internal.store;

import static io.github.djlcachex.scenario.programs.WriterPrograms.say;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.scenario.programs.WriterPrograms.Checked;
import io.github.djlcachex.testing.TestRows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import java.util.stream.IntStream;

/** Processes that share a directory for a long time, until each is told to end by a line. */
final class SharedPrograms {

    private SharedPrograms() {}

    private static boolean ended() throws IOException {
        return System.in.available() > 0;
    }

    /** A number that one process tells all others, in a file that is replaced whole. */
    private record Told(Path file) {

        void tell(long number) throws IOException {
            Path next = file.resolveSibling(file.getFileName() + ".next");
            Files.writeString(next, Long.toString(number));
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        }

        long number() throws IOException {
            return Files.exists(file) ? Long.parseLong(Files.readString(file)) : 0;
        }
    }

    /**
     * Writes ascending keys and tells after each flush how many are on disk: directory, file to
     * tell it, rows a flush, milliseconds between flushes, flushes between two clears or 0.
     */
    static final class Writer {
        private Writer() {}

        public static void main(String[] args) throws Exception {
            Told told = new Told(Path.of(args[1]));
            int rows = Integer.parseInt(args[2]);
            long pauseMs = Long.parseLong(args[3]);
            int clearEvery = Integer.parseInt(args[4]);
            try (FeatureCache cache = Caches.at(Path.of(args[0])).open()) {
                say("ready");
                int flushes = 0;
                long at = 0;
                while (!ended()) {
                    Caches.put(cache, TestRows.range(at, at + rows));
                    if (!cache.flush().isComplete()) {
                        throw new IllegalStateException("not all is on disk");
                    }
                    at += rows;
                    flushes++;
                    if (clearEvery > 0 && flushes % clearEvery == 0) {
                        at = 0;
                        told.tell(0);
                        cache.clear();
                    }
                    told.tell(at);
                    Thread.sleep(pauseMs);
                }
                say("flushes " + flushes);
                say("written " + at);
            }
            say("ended");
        }
    }

    /**
     * Gathers random keys and refreshes, and checks what it got: directory, file that tells how
     * many are on disk, seed, whether rows are cleared meanwhile.
     */
    static final class Reader {
        private static final int BATCH = 200;
        private static final int MOST_KEYS = 4_000_000;

        private final FeatureCache cache;
        private final Told told;
        private final boolean cleared;
        private final Random random;
        private final BitSet seen = new BitSet();
        private final RowBatch into = RowBatch.allocate(Caches.ROWS.schema(), BATCH);
        private long checked;
        private long wrong;
        private long vanished;
        private long late;
        private long refreshes;

        private Reader(FeatureCache cache, Told told, long seed, boolean cleared) {
            this.cache = cache;
            this.told = told;
            this.cleared = cleared;
            this.random = new Random(seed);
        }

        public static void main(String[] args) throws IOException {
            long seed = Long.parseLong(args[2]);
            ReadMode mode = seed % 4 == 3 ? ReadMode.POSITIONAL : ReadMode.MAPPED;
            try (FeatureCache cache =
                    Caches.at(Path.of(args[0]))
                            .readOnly(true)
                            .readMode(mode)
                            .memoryTierBytes(1 << 20)
                            .refreshInterval(Duration.ofMillis(500))
                            .open()) {
                Reader reader =
                        new Reader(
                                cache,
                                new Told(Path.of(args[1])),
                                seed,
                                Boolean.parseBoolean(args[3]));
                say("ready");
                reader.readUntilEnded();
                reader.report();
            }
            say("ended");
        }

        private void readUntilEnded() throws IOException {
            long promised = 0;
            for (int round = 0; !ended(); round++) {
                if (round % 100 == 0) {
                    promised = told.number(); // told before the refresh, so that this must show it
                    cache.refresh();
                    refreshes++;
                }
                if (promised > 0) {
                    gather(promised);
                }
            }
        }

        /** Up to a tenth more than what is promised, for what comes by itself. */
        private void gather(long promised) {
            int limit = (int) Math.min(MOST_KEYS, promised + promised / 10 + 1);
            long[] wanted = random.longs(BATCH, 0, limit).toArray();
            Keys keys = Keys.of(wanted);
            int[] missing = cache.gather(keys, into).missing();
            for (int position : missing) {
                vanished += seen.get((int) wanted[position]) ? 1 : 0;
                late += !cleared && wanted[position] < promised ? 1 : 0;
            }
            for (int position : IntStream.range(0, BATCH).toArray()) {
                if (Arrays.binarySearch(missing, position) < 0) {
                    seen.set((int) wanted[position]);
                    wrong += Caches.ROWS.isRight(keys, position, into) ? 0 : 1;
                    checked++;
                }
            }
        }

        private void report() {
            say("checked " + checked);
            say("wrong " + wrong);
            say("vanished " + vanished);
            say("late " + late);
            say("refreshes " + refreshes);
            say("corrupt " + cache.stats().corruptRows());
        }
    }

    /**
     * One of several ranks that write overlapping keys, each with bytes of its own: directory,
     * rank, first key, number of keys. Says which keys it acknowledged and whose row it has.
     */
    static final class Rank {
        private static final int FLUSH_ROWS = 40;

        private Rank() {}

        static TestRows rows(int rank) {
            return new TestRows(Caches.ROWS.schema(), 1000 + rank);
        }

        public static void main(String[] args) throws IOException {
            int rank = Integer.parseInt(args[1]);
            long from = Long.parseLong(args[2]);
            long to = from + Long.parseLong(args[3]);
            try (FeatureCache cache =
                    Caches.at(Path.of(args[0]))
                            .rank(rank, 4)
                            .refreshInterval(
                                    Duration.ofMillis(rank % 2 == 0 ? 0 : 20)) // 0 never looks
                            .open()) {
                say("ready");
                if (System.in.read() < 0) {
                    return;
                }
                for (long at = from; at < to; at += FLUSH_ROWS) {
                    Keys keys = TestRows.range(at, Math.min(to, at + FLUSH_ROWS));
                    Checked.of(cache, keys); // misses, which ask for a refresh
                    cache.put(keys, rows(rank).batch(keys));
                    if (!cache.flush().isComplete()) {
                        throw new IllegalStateException("not all is on disk");
                    }
                    say("flushed " + (at + keys.size()));
                }
                say("stored " + cache.stats().storedRows());
                say("ignored " + cache.stats().duplicateRows());
            }
            say("ended");
        }
    }

    /** Opens a directory and says a number that follows from every row that it gathers. */
    static final class Digest {
        private Digest() {}

        public static void main(String[] args) {
            Keys keys = TestRows.range(0, Long.parseLong(args[1]));
            try (FeatureCache cache = Caches.at(Path.of(args[0])).readOnly(true).open()) {
                say("digest " + of(cache, keys));
            }
        }

        static long of(FeatureCache cache, Keys keys) {
            RowBatch into = RowBatch.allocate(Caches.ROWS.schema(), keys.size());
            long digest = cache.gather(keys, into).missing().length;
            for (int column = 0; column < into.schema().columns().size(); column++) {
                digest = 31 * digest + into.buffer(column).hashCode();
            }
            return digest;
        }
    }
}
